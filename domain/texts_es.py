"""Titles and sentences that people read (es-CO). Companies are addressed as «tú», operators get infinitives."""

from typing import Final

WIZARD_STEPS: Final = {
    1: "Facturación electrónica",
    2: "Activación del certificado digital",
    3: "Sincroniza y configura la resolución del Documento soporte",
    4: "Asociar resolución documento soporte electrónico",
}
WAITS_ON: Final = {"company": "la empresa", "us": "el sistema", "dian": "la DIAN", "operator": "nuestro equipo"}
ACTS: Final = {
    "enable": "1. Habilitar documento soporte electrónico ante la DIAN",
    "request": "2. Solicitar resolución en la DIAN",
    "associate": "3. Asociar prefijos en página de la DIAN",
}
ACT_PATHS: Final = {
    "enable": (
        "dian.gov.co → Factura electrónica → Habilitación (entrar como Empresa) → Registro y habilitación → "
        "Documentos electrónicos → Documentos para no obligados a facturar → confirmar «Documento soporte y Nota de "
        "ajuste» → Asociar modo de operación: Software de un proveedor tecnológico → {provider} → {software} → "
        "Asociar → Detalles de Set de pruebas (ícono del ojo) → Sincronizar a Producción"
    ),
    "request": (
        "MUISCA → Usuario registrado (a nombre de un tercero) → Numeración de Facturación → Solicitar numeración → "
        "Autorizar rangos (formulario 1876), tipo Documento soporte → Agregar → Borrador → Definitivo, firmado con la "
        "IFE y la clave dinámica"
    ),
    "associate": (
        "Facturando Electrónicamente → Configuración → Rangos de numeración → {provider} → {software} y el prefijo → "
        "Agregar → Aceptar"
    ),
}

ROW_TITLES: Final = {
    "electronic_invoicing": "Terminar la habilitación como facturador electrónico",
    "legal_representative": "Registrar los datos del representante legal",
    "letter_issue": "Generar la carta de exoneración",
    "signed_letter": "Adjuntar la carta de exoneración firmada",
    "letter_check": "Verificar la carta firmada",
    "letter_review": "Revisar la carta firmada",
    "letter_accepted": "Continuar con la carta aceptada",
    "certificate": "Activar el certificado digital",
    "mandated_wait": "Esperar a que la DIAN permita asociar prefijos",
    "prefix_association": "Asociar prefijos en página de la DIAN",
    "prefix_sync": "Sincronizar los prefijos con la DIAN",
    "voucher_type": "Configurar el tipo de comprobante",
    "readiness_check": "Comprobar que todo está listo",
    "ready": "Lista para emitir documento soporte electrónico",
    "cancelled": "Habilitación cancelada",
}
ROW_NEXT: Final = {
    "electronic_invoicing": "Termina tu habilitación como facturador electrónico ante la DIAN y avísanos.",
    "legal_representative": "Registra los datos del representante legal: todos los campos son obligatorios.",
    "letter_issue": "Estamos generando la carta de exoneración.",
    "signed_letter": (
        "Descarga la carta de exoneración, haz que la firme el representante legal, escanéala en PDF "
        "(máximo 1 MB) y adjúntala."
    ),
    "letter_check": "Estamos verificando la carta que adjuntaste.",
    "letter_review": "Una persona de nuestro equipo revisa la carta que adjuntaste.",
    "letter_accepted": "La carta fue aceptada: elige Continuar, o Eliminar para adjuntar otra.",
    "certificate": "Estamos activando el certificado digital.",
    "mandated_wait": (
        "Espera a que la DIAN permita asociar prefijos. Mientras tanto puedes habilitar el documento soporte (1) y "
        "solicitar la resolución (2) en la DIAN."
    ),
    "prefix_association": (
        "Asocia los prefijos de la resolución en la página de la DIAN y avísanos; si ya lo hiciste, lo "
        "comprobaremos nosotros."
    ),
    "prefix_sync": "Consultamos a la DIAN hasta que aparezca tu rango de numeración; no tienes que hacer nada.",
    "voucher_type": "Configura el tipo de comprobante con la resolución y guárdalo.",
    "readiness_check": "Comprobamos por última vez que todo esté listo.",
    "ready": "Ya puedes emitir documento soporte electrónico.",
    "cancelled": "La habilitación fue cancelada.",
}

# what a ready company holds ends
MONTHS: Final = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre"),
    "diciembre",
)
ENDS: Final = {"grant": "certificado digital", "range": "rango de numeración {resolution} {prefix}"}
ENDINGS: Final = {
    "grant": (
        "Tu certificado digital {ends} el {day}",
        "El certificado digital de {provider} con el que emites documento soporte electrónico {ends} el {day}.",
        "Para seguir emitiendo hay que actualizarlo: escríbenos y abrimos la renovación. El representante legal firma "
        "una nueva carta de exoneración y la adjuntas.",
    ),
    "range": (
        "Tu rango de numeración {ends} el {day}",
        "El rango de numeración de documento soporte de la resolución {resolution}, prefijo {prefix}, {ends} el {day}.",
        "Para seguir emitiendo, solicita una nueva resolución, asocia sus prefijos y escríbenos: abrimos la renovación "
        "y configuras el tipo de comprobante con ella.",
    ),
}
"""The company's mail: its subject, then its sentences."""
OPERATORS_TOLD: Final = {
    "subject": "Certificados y rangos por vencer: {count}",
    "opening": "Vencen en menos de 30 días, o ya vencieron. Cada empresa fue avisada.",
    "line": "{nit} · {name} · {what} · {ends} el {day}",
    "what_to_do": "Acordar con cada empresa su renovación y abrirla.",
}
