"""The sentences of mails (es-CO): companies are addressed as «tú», operators read infinitives."""

from typing import Final

WEEKDAYS: Final = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MOMENT: Final = "{day}, {hour}:{minute:02} {half}, hora de Bogotá"
HALVES: Final = ("a. m.", "p. m.")

GREETING: Final = "Hola, {company} (NIT {nit}):"
FOUND: Final = "Esto es lo que encontramos:"
"""Before the reasons for which something is to be done anew."""
SUBJECTS: Final = {
    "turn": "Documento soporte electrónico: {title}",
    "certificate_granted": "Tu certificado digital ya está activo",
    "ready": "{title}",
    "cancelled": "{title}",
    "reminder": "Recordatorio: {title}",
    "overdue": "Vencido: {title}",
}
ABOUT: Final = "{subject} · {nit}"
"""The subject where operators read it."""

# to the company
TOLD: Final = {
    "turn": (
        "Para seguir con tu habilitación de documento soporte electrónico (paso {number} de 4, {wizard}) necesitamos "
        "algo de ti."
    ),
    "reminder": (
        "Tu habilitación de documento soporte electrónico (paso {number} de 4, {wizard}) está detenida: esperamos por "
        "ti desde el {since}."
    ),
    "certificate_granted": (
        "Ya cuentas con el certificado digital de {provider} para emitir documento soporte electrónico."
    ),
    "ready": "Tu habilitación terminó: comprobamos el certificado digital, el rango y el tipo de comprobante.",
    "cancelled": "La habilitación fue cancelada.",
}
AGAIN: Final = "Es el recordatorio número {nth}."
TODO: Final = {
    "certificate_granted": (
        "Ahora, en la página de la DIAN, habilita el documento soporte (1) y solicita la resolución (2); lo que ya "
        "hayas hecho no se repite."
    ),
    "ready": "Ya puedes emitir documento soporte electrónico.",
    "cancelled": "No tienes que hacer nada.",
}
UNTIL: Final = "Tienes plazo hasta el {moment}."
UNTIL_PASSED: Final = "El plazo venció el {moment}, pero todavía puedes hacerlo."
ALSO: Final = {
    "turn": "Para avisarnos o preguntar algo, responde a este correo.",
    "reminder": "Si ya lo hiciste o algo te lo impide, responde a este correo y te ayudamos.",
    "certificate_granted": "Si tienes dudas, responde a este correo.",
    "ready": "Te avisaremos antes de que venzan tu certificado digital o tu rango de numeración.",
    "cancelled": "Si crees que es un error o quieres empezar de nuevo, responde a este correo.",
    "expiring": "Para abrir la renovación o preguntar algo, responde a este correo.",
}

# to operators and supervisors
DESK_TOLD: Final = {
    "reminder": "Hay una carta firmada que espera la decisión de una persona.",
    "overdue": "Venció el plazo de este paso y sigue abierto.",
}
FACTS: Final = {
    "company": "Empresa",
    "nit": "NIT",
    "partner": "Aliado",
    "title": "Paso",
    "waits_on": "Espera a",
    "since": "Desde",
    "due_at": "Plazo",
    "assignee": "Asignada a",
}
DESK_REASONS: Final = "Observaciones:"
DESK_TODO: Final = {
    "company": "Contactar a la empresa y, según lo que diga, recordarle el paso, ampliar el plazo o poner en pausa.",
    "us": "Averiguar por qué el sistema no avanza, corregir la causa y reintentar.",
    "dian": "Mirar qué responde la DIAN; reintentar ya o ampliar el plazo.",
    "operator": "Ver en el estado qué lo detiene: corregir el bloqueo y reintentar, o el correo que es rechazado.",
    "letter_review": "Abrir la carta y decidir: aceptarla, o rechazarla con un motivo.",
}
LOOK: Final = (
    ("Ver dónde está", "./dse status {nit}"),
    ("Ver qué ha pasado", "./dse timeline {nit}"),
)
_EXTEND: Final = ("Ampliar el plazo", "./dse extend {nit} --until FECHA --reason MOTIVO")
_RETRY: Final = ("Reintentar", "./dse retry {nit} --reason MOTIVO")
ACT: Final = {
    "company": (
        ("Recordarle a la empresa", "./dse remind {nit} --reason MOTIVO"),
        _EXTEND,
        ("Poner en pausa", "./dse hold {nit} --reason MOTIVO"),
    ),
    "us": (_RETRY,),
    "dian": (("Consultar a la DIAN", "./dse ranges {nit}"), _RETRY, _EXTEND),
    "operator": (
        _RETRY,
        ("Corregir el correo", "./dse correct {nit} contact_email CORREO --reason MOTIVO"),
    ),
    "letter_review": (
        ("Abrir la carta", "./dse review {nit} --open CARPETA"),
        ("Aceptar", "./dse review {nit} accept"),
        ("Rechazar", "./dse review {nit} reject --reason CÓDIGO"),
    ),
}
EXPIRING_COMMANDS: Final = (
    ("Renovar", "./dse start NIT --renew"),
    ("Ver todos", "./dse list --expiring"),
)
