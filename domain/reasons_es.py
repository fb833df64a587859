"""Why something is refused, rejected or doubted, in the words that people read (es-CO), by code.

Beside each stands its English sentence, for logs, developers and the command line's prose.
"""

from typing import Final

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
    "time_in_past": ("La fecha ya pasó: escribe una futura.", "That time is past: name one to come."),
    "time_too_far": ("La fecha está a más de {right} días.", "More than {right} days ahead."),
    "date_format": (
        "Escribe la fecha así: 2026-11-30; o «-» para quitarla.",
        "A date is ISO 8601, like 2026-11-30; - takes it away.",
    ),
    "assignee_format": (
        "Escribe el usuario de una persona, así: ana.perez (letras, números, punto, guion); o «-» para dejarlo sin "
        "nadie.",
        "An assignee is a user name like ana.perez (letters, digits, dot, dash); - takes it away.",
    ),
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
    "held_already": ("El proceso ya está en pausa: {right}.", "It is on hold already: {right}."),
    "not_held": ("El proceso no está en pausa.", "It is not on hold."),
    "not_blocked": (
        "No hay nada que reintentar: el proceso no está bloqueado ni consulta a la DIAN.",
        "Nothing to retry: it is neither blocked nor looking at DIAN.",
    ),
    "not_ticked": ("Ese acto no está marcado.", "That act is not ticked."),
    "no_due_date": (
        "Este paso no tiene plazo ahora (en pausa, el plazo no corre): reanudar primero, y consultar el plazo.",
        "There is no due date now (on hold none runs): resume first, then look at it.",
    ),
    "due_later_already": (
        "El plazo ya llega hasta {right}: indicar una fecha posterior.",
        "It is due {right} already: name a later time.",
    ),
    "nothing_to_correct": (
        "Todavía no hay datos del representante legal: se registran completos con submit_representative.",
        "No representative is on record yet: submit the whole with submit_representative.",
    ),
    "nobody_to_remind": (
        "No hay a quién recordarle: el proceso no espera a la empresa, o está en pausa.",
        "Nobody to remind: it doesn't wait on the company, or it is on hold.",
    ),
    "reminded_already": (
        "Ya se le escribió a la empresa hace menos de una hora ({right}).",
        "The company was written to less than an hour ago ({right}).",
    ),
    "mail_bounced": (
        "El servidor de correo de la empresa rechaza su dirección: llamar a la empresa y corregir contact_email.",
        "The company's address takes no mail: call them, then correct contact_email.",
    ),
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
    "query_not_understood": (
        "Temporal no entiende la consulta: {given}.",
        "Temporal doesn't understand the query: {given}.",
    ),
    "nothing_selected": (
        "La selección no incluye ninguna empresa: revisar la consulta o el archivo.",
        "The selection names no company: look at the query or the file again.",
    ),
    "selection_too_large": (
        "La selección incluye {given} empresas y el máximo es {right}: acotarla, o subir el máximo con --most.",
        "The selection names {given} companies, more than {right}: narrow it, or raise --most.",
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
