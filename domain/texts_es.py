"""Every sentence that people read (es-CO). Companies are addressed as «tú», operators get infinitives.

Beside each reason stands its English sentence, for logs, developers and the command line's prose.
"""

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

REASONS: Final[dict[str, tuple[str, str]]] = {
    "nit_format": (
        "El NIT debe tener de 6 a 10 dígitos y el dígito de verificación, sin sucursal, así: 900123456-8.",
        "A NIT has 6 to 10 digits and a check digit, no branch suffix, like 900123456-8.",
    ),
    "nit_check_digit_missing": (
        "Falta el dígito de verificación del NIT: debe ser {right}.",
        "The NIT lacks its check digit: it should be {right}.",
    ),
    "nit_check_digit": (
        "El dígito de verificación del NIT no corresponde: debe ser {right}.",
        "The NIT's check digit is wrong: it should be {right}.",
    ),
    "required": ("Este campo es obligatorio.", "This field is required."),
    "too_long": (
        "Este campo admite máximo {right} caracteres, sin caracteres de control.",
        "At most {right} characters, no control characters.",
    ),
    "unprintable": (
        "La carta no puede llevar el signo «{given}». Escribe este dato con letras latinas, como aparece en el "
        "RUT o en el documento de identidad.",
        "The letter can't carry the sign '{given}': Latin letters, digits and punctuation only.",
    ),
    "email_format": ("Escribe un correo electrónico válido.", "Not a valid e-mail address."),
    "mobile_format": (
        "Escribe un celular de 10 dígitos que empiece por 3.",
        "A mobile number has 10 digits and starts with 3.",
    ),
    "document_type": (
        "El tipo de documento debe ser uno de: {right}.",
        "The document type must be one of: {right}.",
    ),
    "document_number": ("El número no corresponde al tipo de documento.", "The number doesn't fit the document type."),
    "municipality_code": (
        "Escribe el código DANE del municipio: 5 dígitos (11001 es Bogotá).",
        "The municipality is a DANE code of 5 digits (11001 is Bogotá).",
    ),
    "time_format": (
        "Escribe fecha y hora así: 2026-11-24T15:30:00.",
        "A time is ISO 8601, like 2026-11-24T15:30:00; without an offset it is Bogotá time.",
    ),
    "time_in_future": ("La fecha no puede estar en el futuro.", "The time can't lie in the future."),
    "choice": ("Elige una de estas opciones: {right}.", "Must be one of: {right}."),
    "number_format": ("Escribe un número entero positivo.", "Must be a positive whole number."),
    "boolean_format": ("Elige sí o no (true o false).", "Must be true or false."),
    "resolution_format": (
        "El número de la resolución tiene de 11 a 14 dígitos.",
        "A resolution number has 11 to 14 digits.",
    ),
    "prefix_format": ("El prefijo tiene máximo 4 letras o números.", "A prefix has at most 4 letters or digits."),
    "prefix_ends_in_digit": ("El prefijo debe terminar en letra.", "The prefix must end in a letter."),
    "prefix_not_declared": (
        "El prefijo {given} no es el que nos indicaste, {right}. Asocia {right} o, si es otro, corrige la resolución y "
        "el prefijo que indicaste.",
        "The prefix {given} is not the declared one, {right}: associate that one, or declare another resolution.",
    ),
    "next_number_outside": (
        "El siguiente número debe estar dentro del rango, {right}.",
        "The next number must lie inside the range, {right}.",
    ),
    "choose_range": (
        "Hay varios rangos disponibles: indica la resolución y el prefijo. Opciones: {right}.",
        "Several ranges are offered: name resolution and prefix. Choices: {right}.",
    ),
    "range_not_offered": (
        "Ese rango no está disponible. Opciones: {right}.",
        "That range is not offered. Choices: {right}.",
    ),
    "invalid_fields": ("Hay campos por corregir.", "Some fields must be corrected."),
    "not_legal_here": (
        "Esa acción no aplica en el paso actual («{step}»). Ahora se puede: {right}.",
        "Not legal at the current step ({given}). Legal now: {right}.",
    ),
    "stale_version": (
        "Alguien cambió este proceso después de que lo consultaste: vuelve a consultarlo (versión actual {right}).",
        "The onboarding has changed since you looked: look again (current version {right}).",
    ),
    "held_already": ("El proceso ya está en pausa.", "It is on hold already."),
    "not_held": ("El proceso no está en pausa.", "It is not on hold."),
    "not_blocked": (
        "No hay nada que reintentar: el proceso no está bloqueado ni consulta a la DIAN.",
        "Nothing to retry: it is neither blocked nor looking at DIAN.",
    ),
    "not_ticked": ("Ese acto no está marcado.", "That act is not ticked."),
    "back_target": (
        "No se puede volver a ese paso. Opciones: {right}.",
        "Can't go back to that step. Choices: {right}.",
    ),
    "wrong_arguments": (
        "La acción espera un solo objeto JSON como argumento.",
        "The message takes exactly one JSON object.",
    ),
    "scan_changed": (
        "La carta cambió después de que la abriste: vuelve a abrirla.",
        "The scan has changed since you opened it: open it again.",
    ),
    "already_ready": (
        "Esta empresa ya está lista para emitir documento soporte electrónico.",
        "This company is ready already.",
    ),
    "already_in_progress": (
        "Esta empresa ya tiene una habilitación en curso.",
        "This company's onboarding is in progress already.",
    ),
    "cancelling": (
        "La habilitación anterior se está cancelando: intenta de nuevo en unos minutos.",
        "The former onboarding is being cancelled: try again in some minutes.",
    ),
    "name_differs": (
        "La habilitación en curso tiene otro nombre de empresa; no se cambió nada.",
        "The running onboarding has another company name; nothing was changed.",
    ),
    "running_already": (
        "La habilitación ya estaba en curso; se devuelve la existente.",
        "The onboarding was running already; here it is.",
    ),
    "certificate_must_be_updated": (
        "Es necesario actualizar el certificado digital.",
        "The digital certificate must be updated.",
    ),
    "not_found": ("No hay una habilitación para ese NIT.", "No onboarding for that NIT."),
    "file_empty": (
        "El archivo está vacío. Escanea de nuevo la carta firmada.",
        "The file is empty.",
    ),
    "file_too_large": (
        "El archivo pesa más de 1 MB. Escanéalo en blanco y negro o a menor resolución.",
        "The file is larger than 1 MB (1,048,576 bytes).",
    ),
    "file_not_pdf": (
        "El archivo no es un PDF. Escanea la carta y guárdala como PDF.",
        "The file is not a PDF.",
    ),
    "file_unreadable": ("No se pudo abrir el archivo.", "The file can't be opened."),
    "key_outside_scans": (
        "El archivo no está en la carpeta de esta empresa.",
        "The object key lies outside this company's scans.",
    ),
    "key_used": (
        "Ese archivo ya fue rechazado o eliminado: adjunta uno nuevo.",
        "That object was rejected or deleted already: upload a new one.",
    ),
    "scan_is_current": (
        "Ese mismo archivo ya está adjunto: no hace falta enviarlo de nuevo.",
        "The current scan has the same bytes: it is looked at once.",
    ),
    "scan_too_late": (
        "Ya habías continuado con la carta anterior: este archivo no se tuvo en cuenta.",
        "The former letter was continued with already: this file was not taken.",
    ),
    "scans_too_many": (
        "Se adjuntaron demasiados archivos: este no se tuvo en cuenta. Escríbenos para continuar.",
        "Too many scans in one onboarding: this one was not taken. Cancel it and start anew.",
    ),
    "scan_missing": (
        "No encontramos el archivo adjunto. Adjúntalo de nuevo.",
        "No object lies under the given key.",
    ),
    "scan_altered": (
        "El archivo recibido no es el que se anunció. Adjúntalo de nuevo.",
        "The object's size or sha256 differs from the signal's.",
    ),
    "pdf_damaged": (
        "El PDF está dañado o incompleto. Escanea de nuevo la carta.",
        "The PDF is damaged or truncated.",
    ),
    "pdf_encrypted": (
        "El PDF está protegido con contraseña. Guárdalo sin protección.",
        "The PDF is encrypted.",
    ),
    "pdf_active_content": (
        "El PDF contiene programas o acciones. Envía un escaneo simple de la carta.",
        "The PDF carries active content.",
    ),
    "pdf_attachments": (
        "El PDF contiene archivos adjuntos. Envía un escaneo simple de la carta.",
        "The PDF carries embedded files.",
    ),
    "pdf_too_many_pages": (
        "El PDF tiene demasiadas páginas. Envía solo la carta firmada.",
        "The PDF has too many pages.",
    ),
    "page_blank": (
        "La página está en blanco. Escanea la cara impresa de la carta.",
        "The page is blank.",
    ),
    "code_unreadable": (
        "No se pudo leer el código QR de la carta: debe verse la hoja completa, derecha y con buena resolución.",
        "The letter's QR code can't be read.",
    ),
    "code_forged": (
        "El código QR de la carta no fue generado por nosotros. Descarga de nuevo la carta.",
        "The QR code's check is not ours.",
    ),
    "wrong_company": (
        "La carta es de otra empresa. Descarga, firma y adjunta la carta de esta empresa.",
        "The letter is another company's.",
    ),
    "wrong_environment": (
        "La carta es de otro ambiente. Descarga de nuevo la carta.",
        "The letter belongs to another environment.",
    ),
    "wrong_revision": (
        "La carta es de otra versión. Descarga, firma y adjunta la versión vigente.",
        "The letter is another revision; the current one is needed.",
    ),
    "wrong_letter": (
        "La carta no es la vigente de esta empresa. Descarga de nuevo la carta.",
        "The letter is not this onboarding's current one.",
    ),
    "unsigned": (
        "La carta no está firmada. El representante legal debe firmar dentro del recuadro.",
        "There is no signature in the box.",
    ),
    "signature_doubtful": (
        "No se distingue bien la firma; una persona revisará la carta.",
        "The signature can't be told for sure.",
    ),
    "digitally_signed": (
        "La carta tiene una firma digital; una persona la revisará.",
        "The PDF carries a digital signature: a person decides.",
    ),
    "not_the_representative": (
        "Quien firmó no es el representante legal que figura en el RUT. Haz que firme quien figura en el RUT y adjunta "
        "la carta de nuevo; si el representante cambió, actualiza el RUT y registra sus datos: generamos otra carta.",
        "Who signed is not the legal representative in the RUT.",
    ),
    "rejected_by_person": (
        "Nuestro equipo revisó la carta y no la aceptó. Escanéala y adjúntala de nuevo.",
        "A person reviewed the letter and rejected it.",
    ),
    "range_is_for_invoices": (
        "La resolución indicada es de facturación, no de documento soporte. Indica la resolución correcta.",
        "The declared range is an invoice range.",
    ),
    "range_taken": (
        "Esa resolución y prefijo ya están en uso en otro tipo de comprobante. Asocia el prefijo de otra resolución de "
        "tipo Documento soporte o, si crees que es un error, escríbenos.",
        "That resolution and prefix are claimed by another voucher type.",
    ),
    "voucher_code_taken": (
        "Ese código de comprobante ya está en uso en esta empresa: elige otro.",
        "That voucher type code is in use in this company.",
    ),
    "voucher_missing": (
        "El tipo de comprobante no quedó registrado. Configúralo de nuevo.",
        "The voucher type is not on record.",
    ),
    "association_denied": (
        "La DIAN todavía no muestra prefijos asociados. Revisa la asociación en la página de la DIAN.",
        "DIAN still denies that prefixes are associated.",
    ),
    "grant_expired": ("Es necesario actualizar el certificado digital.", "The grant is out of date."),
    "provider_certificate": (
        "El certificado del proveedor no está vigente; nuestro equipo lo está resolviendo.",
        "The provider's certificate is out of date or not usable.",
    ),
    "effect_failed": (
        "Un paso interno falló ({given}). Corregir la causa y usar Reintentar.",
        "An internal step failed for good ({given}): mend the cause, then retry.",
    ),
    "undone": (
        "Esta operación fue deshecha.",
        "This effect was undone; it must not be done any more.",
    ),
    "unavailable": ("{given} no responde.", "{given} doesn't answer."),
    "settings": ("La configuración no es válida.", "The settings are not valid."),
    "timeout": ("Se acabó el tiempo de espera.", "Timed out."),
}

REJECTED_BY_HAND: Final[dict[str, str]] = {
    "signature_doubtful": (
        "No se distingue bien la firma. El representante legal debe firmar dentro del recuadro; "
        "escanea la carta y adjúntala de nuevo."
    ),
    "digitally_signed": (
        "La carta debe llevar la firma manuscrita del representante legal. Imprímela, fírmala dentro del recuadro, "
        "escanéala y adjúntala."
    ),
    "code_unreadable": (
        "No se pudo leer el código QR de la carta. Descárgala e imprímela de nuevo, fírmala y escanéala completa."
    ),
}
"""What the company reads once a person has decided, where the code's own sentence leaves that open."""

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
    "what_to_do": "Renovar: ./dse start NIT --renew. Ver todos: ./dse list --expiring.",
}
