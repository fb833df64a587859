"""What operators and SREs read of each finding (es-CO): its title, and the sentence that says what is wrong."""

from typing import Final

WHY: Final = {
    "overdue_on_us": ("Vencida: espera al sistema", "El plazo venció y el paso espera al sistema."),
    "overdue_on_dian": ("Vencida: espera a la DIAN", "El plazo venció y el paso espera a la DIAN."),
    "overdue_on_company": ("Vencida: espera a la empresa", "El plazo venció y el paso espera a la empresa."),
    "overdue_on_operator": ("Vencida: espera a nuestro equipo", "El plazo venció y el paso espera a nuestro equipo."),
    "look_late": (
        "Consulta a la DIAN atrasada",
        "La consulta a la DIAN que tocaba no se ha hecho o no ha tenido respuesta.",
    ),
    "due_unnoticed": (
        "Vencimiento inadvertido",
        "El plazo venció y el workflow no lo ha notado: su tarea no avanza.",
    ),
    "projection_differs": (
        "Registros y Temporal no coinciden",
        "Los registros y la lista de Temporal no dicen lo mismo: {subject}.",
    ),
    "letter_without_object": (
        "Carta sin archivo",
        "Está en los registros, pero su archivo no está en el almacén: {subject}.",
    ),
    "object_without_record": (
        "Archivo sin registro",
        "Está en el almacén, pero no en los registros; la señal de quien lo adjuntó no llegó: {subject}.",
    ),
    "grant_alive": (
        "Certificado, carta o comprobante sin dueño",
        "Su habilitación no corre, pero su carta, certificado o tipo de comprobante sigue vigente.",
    ),
    "ready_without_range": (
        "Lista sin rango",
        "La habilitación terminó lista, pero no hay un tipo de comprobante con su rango.",
    ),
    "review_old": (
        "Carta sin revisar",
        "La carta firmada espera la decisión de una persona hace más de 4 horas hábiles.",
    ),
    "unreadable_signals": (
        "Mensajes ilegibles",
        "Llegó un mensaje que no se pudo leer: quien lo envió debe corregirlo y enviarlo de nuevo.",
    ),
    "task_failing": (
        "La tarea del workflow falla",
        "La tarea de su workflow falla una y otra vez: no atiende mensajes ni avanza.",
    ),
    "clock_jump": (
        "Relojes en desacuerdo",
        "Los relojes de Temporal y de los registros difieren en más de 5 minutos ({subject}): no se juzga nada.",
    ),
}
LOOKS_LATE: Final = "{subject} empresas tienen atrasada su consulta a la DIAN: la DIAN, o su cola, no responde."

DIGEST_SUBJECT: Final = "Habilitaciones detenidas: {count}"
DIGEST_TOLD: Final = "Es lo que la última revisión encontró, a las {time}. Las horas son de Bogotá."
DIGEST_PARTIAL: Final = "Fue una revisión parcial: de {missing} se repite lo que se sabía antes."
DIGEST_TODO: Final = "Empezar por lo que espera al sistema; de cada hallazgo, seguir su guía (runbook)."
DIGEST_COUNTS: Final = "{count} · guía {runbook}"
DIGEST_LINE: Final = "{title} · {nit} · desde el {since}"
DIGEST_REST: Final = "{title} · y {count} más"
DIGEST_ALL: Final = "todas"
DIGEST_COMMANDS: Final = (
    ("Ver todo", "./dse stuck"),
    ("Ver solo una clase", "./dse stuck --code CÓDIGO"),
)
SOURCES: Final = {
    "records": "los registros",
    "visibility": "la lista de Temporal",
    "documents": "el almacén de documentos",
}
