"""What operators read on the card in Temporal's UI: what to do and how, by row (es-CO, infinitives)."""

from typing import Final

# what to do, in one sentence
COMPANY_IN_TIME: Final = "Esperar a la empresa; si llama, {ask}."
COMPANY_LATE: Final = "Llamar a la empresa, {ask}, o ampliar el plazo."
ASK: Final = {
    "electronic_invoicing": (
        "pedirle que termine su habilitación como facturador electrónico ante la DIAN y que avise al terminar"
    ),
    "legal_representative": "pedirle todos los datos del representante legal, tal como figuran en el RUT",
    "signed_letter": (
        "pedirle que descargue la carta, que la haga firmar por el representante legal y que la adjunte escaneada en "
        "PDF de máximo 1 MB"
    ),
    "signed_letter_again": "explicarle por qué no sirve la carta que envió y pedirle otra, firmada y escaneada en PDF",
    "letter_accepted": "pedirle que elija Continuar, o Eliminar para adjuntar otra carta",
    "prefix_association": "guiarla para asociar los prefijos por la ruta de abajo y marcar el acto 3 si ya lo hizo",
    "voucher_type": "pedirle que configure el tipo de comprobante con la resolución y que lo guarde",
}
"""What to tell the company, at the rows that wait on it."""
_US: Final = "Esperar: el sistema {does}; si pasa de 15 minutos, avisar a soporte técnico."
TO_DO: Final = {
    "letter_issue": _US.format(does="genera la carta"),
    "letter_check": _US.format(does="verifica la carta"),
    "letter_review": "Abrir la carta, comprobar que la haya firmado el representante legal y aceptarla o rechazarla.",
    "certificate": _US.format(does="activa el certificado digital"),
    "mandated_wait": (
        "Esperar: hasta que pase este tiempo la DIAN no permite asociar prefijos; la empresa puede adelantar los actos "
        "1 y 2."
    ),
    "prefix_sync": (
        "Esperar: el sistema consulta a la DIAN hasta que aparezca el rango, y la empresa no tiene nada pendiente."
    ),
    "readiness_check": "Esperar: el sistema hace la última comprobación con la DIAN y con los registros.",
    # situations
    "blocked": "Corregir la causa del error y después usar Reintentar.",
    "blocked_and_held": "Corregir la causa del error, usar Reintentar y después Reanudar.",
    "held": "Resolver el motivo de la pausa y usar Reanudar; mientras tanto no corren plazos ni recordatorios.",
    "bounced": (
        "Llamar a la empresa, pedirle un correo que sí reciba y corregirlo: mientras tanto no le llega ningún aviso."
    ),
    "ours": "Corregir nuestra configuración ante la DIAN, como se dice más abajo: afecta a todas las empresas.",
    "denied": (
        "Confirmar con la empresa que asoció los prefijos con nuestro proveedor y nuestro software: la DIAN lo niega."
    ),
    "claiming": _US.format(does="registra el tipo de comprobante"),
    "provider_certificate": "Renovar o corregir el certificado del proveedor: afecta a todas las empresas.",
    "ending": _US.format(does="deja registrado el final"),
    "undoing": _US.format(does="deshace lo que se había otorgado"),
    "ready": "Nada que hacer: la empresa ya puede emitir documento soporte electrónico.",
    "cancelled": "Nada que hacer; si la empresa quiere seguir, iniciar otra habilitación.",
}
_US_LATE: Final = "Avisar a soporte técnico: este paso lo hace el sistema y ya debía estar listo."
LATE: Final = {
    "letter_issue": _US_LATE,
    "letter_check": _US_LATE,
    "certificate": _US_LATE,
    "claiming": _US_LATE,
    "mandated_wait": _US_LATE,
    "prefix_sync": (
        "Revisar con la empresa cada acto ante la DIAN y, si todos están bien, escalar el caso a la DIAN: el rango ya "
        "debía aparecer."
    ),
    "readiness_check": "Avisar a soporte técnico: la última comprobación ya debía terminar.",
}
"""Where being overdue changes what to do."""

# how to act: the message, what it does, the command
WAYS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "electronic_invoicing": (("electronic_invoicing_completed", "Registrar que ya terminó", "invoicing-done {nit}"),),
    "legal_representative": (("submit_representative", "Registrar los datos", "representative {nit} ARCHIVO.json"),),
    "signed_letter": (
        ("", "Descargar la carta", "letter {nit} --out CARTA.pdf"),
        ("signed_letter_uploaded", "Adjuntar la carta firmada", "upload {nit} CARTA.pdf"),
    ),
    "letter_review": (
        ("", "Abrir la carta", "review {nit} --open CARPETA"),
        ("review_signed_letter", "Aceptarla", "review {nit} accept"),
        ("review_signed_letter", "Rechazarla", "review {nit} reject --reason unsigned"),
    ),
    "letter_accepted": (
        ("continue_onboarding", "Continuar", "continue {nit}"),
        ("delete_signed_letter", "Eliminar", "delete-letter {nit}"),
    ),
    "mandated_wait": (
        ("declare_resolution", "Indicar la resolución", "declare {nit} --resolution RESOLUCIÓN --prefix PREFIJO"),
    ),
    "prefix_association": (
        ("declare_resolution", "Indicar la resolución", "declare {nit} --resolution RESOLUCIÓN --prefix PREFIJO"),
        ("retry", "Consultar a la DIAN ahora", "retry {nit} --reason MOTIVO"),
    ),
    "prefix_sync": (
        ("retry", "Consultar a la DIAN ahora", "retry {nit} --reason MOTIVO"),
        ("tick_act", "Desmarcar el acto 3", "act {nit} associate --undo"),
        ("declare_resolution", "Corregir la resolución", "declare {nit} --resolution RESOLUCIÓN --prefix PREFIJO"),
    ),
    "voucher_type": (("configure_voucher_type", "Registrar el tipo de comprobante", "voucher {nit} ARCHIVO.json"),),
    "readiness_check": (("retry", "Comprobar ahora", "retry {nit} --reason MOTIVO"),),
    # situations
    "blocked": (("retry", "Reintentar", "retry {nit} --reason MOTIVO"),),
    "held": (("resume", "Reanudar", "resume {nit} --reason MOTIVO"),),
    "bounced": (("correct", "Corregir el correo", "correct {nit} contact_email CORREO --reason MOTIVO"),),
    "late": (("extend", "Ampliar el plazo", "extend {nit} --until P5D --reason MOTIVO"),),
    "company": (("remind", "Enviar un recordatorio", "remind {nit} --reason MOTIVO"),),
    "nobodys": (("assign", "Asignar", "assign {nit} USUARIO"),),
}
TICK: Final = ("tick_act", "Marcar el acto {number}", "act {{nit}} {act}")
LOOK: Final = "Ver todo: `./dse status {nit}` · `./dse timeline {nit}`"
HERE: Final = (
    "En una terminal, o en esta página: *More Actions* → *Send an Update* (o *Send a Signal*, donde dice signal) → el "
    "nombre; cada mensaje muestra su ejemplo."
)
SENT_AS: Final = {False: "update", True: "signal"}
OPEN_PAGE: Final = "Abrir en nuestra consola"

# what is known
SCANS: Final = {
    "accepted": "aceptada",
    "review": "en duda",
    "rejected": "rechazada",
    "rejected_by_hand": "rechazada por una persona",
    "unchecked": "sin verificar todavía",
    "deleted": "eliminada por la empresa",
    "replaced": "reemplazada por otra",
    "void": "anulada",
}
CAUSES: Final = {"voucher_code_taken": "Ese código de comprobante ya está en uso en esta empresa."}
"""Where the first sentence of what the company reads tells it what to do, instead of what is wrong."""
UNDONE: Final = {"grant_certificate": "certificado digital", "claim_voucher_type": "tipo de comprobante"}
