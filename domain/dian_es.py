"""What DIAN's answers mean, in the words that companies and operators read (`domain/explaining.py` chooses)."""

from typing import Final

CLOCKS: Final[dict[str, str]] = {
    "right": "coincide con el de la DIAN",
    "behind": "está atrasado {seconds} s frente al de la DIAN: esa es la causa más probable",
    "ahead": "está adelantado {seconds} s frente al de la DIAN: esa es la causa más probable",
    "unknown": "no se pudo comparar con el de la DIAN",
}
"""How the clock that signs stands, as the end of a sentence about it."""
_OURS: Final = (
    "No tienes que hacer nada: es un problema de nuestra configuración ante la DIAN, no de tu empresa. Lo estamos "
    "resolviendo y tu habilitación sigue su curso."
)
_PASSES: Final = (
    "No tienes que hacer nada: el servicio de la DIAN no está respondiendo bien en este momento. Seguimos consultando "
    "hasta que responda."
)
DIAN_EXPLAINED: Final[dict[str, tuple[str, str, str]]] = {
    "range_listed": (
        "La DIAN muestra un rango de numeración de documento soporte asociado a nuestro software.",
        "En la DIAN ya no tienes nada pendiente. Sigue con la configuración del tipo de comprobante.",
        "Nada que hacer. Si la habilitación no avanza, comparar la resolución declarada por la empresa con la lista.",
    ),
    "wanted_is_for_invoices": (
        "El rango indicado tiene clave técnica: es de facturación y nunca servirá para documento soporte.",
        "La resolución que nos indicaste es de facturación. Solicita una de tipo Documento soporte: {request}. Entre 2 "
        "y 3 horas después de firmarla, asocia su prefijo: {associate}.",
        "Pedir a la empresa la resolución de documento soporte y corregir la resolución declarada.",
    ),
    "none_listed": (
        "La DIAN responde que todo está bien, pero sin ningún rango que se pueda leer.",
        "Tu rango todavía no aparece. Revisa que el prefijo haya quedado asociado: {associate}.",
        "Repetir la consulta guardando el intercambio (--save): una respuesta 100 sin rangos no es lo que la DIAN "
        "documenta. Si se repite, escalarlo con ese archivo.",
    ),
    "invoice_ranges_only": (
        "Los rangos asociados a nuestro software son todos de facturación (tienen clave técnica); falta el de "
        "documento soporte.",
        "Asociaste prefijos de facturación, pero ninguno de documento soporte. Si aún no tienes esa resolución, "
        "solicítala y elige el tipo Documento soporte: {request}. Entre 2 y 3 horas después de firmarla, asocia su "
        "prefijo: {associate}.",
        "Preguntar a la empresa qué tipo eligió en el formulario 1876: una resolución de facturación no se puede "
        "convertir, hay que solicitar otra.",
    ),
    "prefix_ends_in_digit": (
        "El rango es de documento soporte, pero su prefijo termina en número y debe terminar en letra.",
        "El prefijo de tu resolución termina en número. Solicita otra numeración con un prefijo de máximo 4 letras o "
        "números que termine en letra, por ejemplo DSA: {request}. Luego asócialo: {associate}.",
        "Explicar a la empresa qué prefijo pedir. El sistema no admite excepciones: el prefijo hace parte de la "
        "resolución.",
    ),
    "sample_only": (
        "Solo aparece SEDS, el rango de muestra que el ambiente de habilitación da a todas las empresas.",
        "Todavía no aparece un rango de tu empresa. Cuando tu resolución de documento soporte esté firmada, asocia su "
        "prefijo: {associate}.",
        "Para una prueba con el rango de muestra, declarar la resolución 18760000001 y el prefijo SEDS. En producción "
        "no debe aparecer.",
    ),
    "other_range_listed": (
        "Hay rangos de documento soporte asociados, pero no el que se espera: es otra resolución, otro prefijo o no "
        "está vigente hoy.",
        "En la DIAN aparece una resolución o un prefijo distinto del que nos indicaste. Compara los datos: si los "
        "escribiste mal, corrígelos; si están bien, asocia ese prefijo: {associate}.",
        "Comparar resolución, prefijo y vigencia declarados con la lista, y corregir la resolución declarada si la "
        "empresa lo confirma.",
    ),
    "range_taken": (
        "El rango está asociado a nuestro software, pero su resolución y su prefijo ya están en uso en otro tipo de "
        "comprobante.",
        "La resolución y el prefijo que muestra la DIAN ya están en uso en otro tipo de comprobante. Si tienes otra "
        "resolución de tipo Documento soporte, asocia su prefijo: {associate}. Si no, solicítala: {request}. Si crees "
        "que es un error, escríbenos.",
        "Averiguar en los registros quién los usa: una resolución es de un solo NIT. Pedir a la empresa otra "
        "resolución, o corregir el tipo de comprobante que se haya registrado por error.",
    ),
    "no_resolution": (
        "La DIAN no encuentra ninguna resolución definitiva y vigente para este NIT (301).",
        "Tu empresa todavía no tiene una resolución definitiva y vigente de tipo Documento soporte. Revisa en cuál de "
        "estos casos estás. Quedó en borrador: pásala a Definitivo y fírmala. No pudiste firmarla porque la IFE se "
        "venció o no recuerdas su clave: renueva la IFE o recupera la clave en la página de la DIAN, con el RUT "
        "actualizado, y firma. La acabas de firmar: la DIAN la muestra entre 2 y 3 horas después. Se venció: solicita "
        "otra. La ruta es: {request}.",
        "La empresa está detenida en el acto 2. Pedirle el formulario 1876 en estado Definitivo; si no lo puede "
        "firmar, preguntar por la IFE y su clave. Si lo firmó hace más de 3 horas, comprobar que sea de este NIT, que "
        "esté vigente y que su fecha inicial no sea futura.",
    ),
    "not_associated": (
        "La empresa tiene resolución, pero ningún prefijo asociado a nuestro software (302).",
        "Tu resolución ya existe; falta asociar su prefijo con el proveedor {provider} y el software {software}, con "
        "esos mismos nombres. Si la acabas de firmar, la DIAN la ofrece entre 2 y 3 horas después. Si lo asociaste con "
        "otro proveedor o software, quita primero esa asociación. La ruta es: {associate}.",
        "La empresa está detenida en el acto 3. Confirmar qué proveedor y qué software eligió. Si eligió los nuestros, "
        "comparar DSE_SOFTWARE_CODE con el código que la DIAN tiene para {software}.",
    ),
    "not_authorised": (
        "La DIAN todavía no autoriza al proveedor a consultar los rangos de esta empresa, porque la empresa no le ha "
        "asociado ningún prefijo (401).",
        "En la DIAN todavía no hay nada asociado a {provider}. Puede faltar cualquiera de los tres actos; el olvido "
        "más común es el último clic del primero, «Sincronizar a Producción». Revísalos en orden. Acto 1: {enable}. "
        "Acto 2: {request}. Acto 3: {associate}. El enlace para entrar llega al correo inscrito en el RUT y vence a "
        "los 60 minutos: si se venció, pide otro; si ese correo está desactualizado o no puedes abrirlo, actualiza "
        "primero el RUT. Si facturas con otro proveedor, no tienes que cambiarlo.",
        "La empresa está detenida en alguno de los tres actos: la autorización nace al asociar el prefijo. Guiarla en "
        "orden; si no le llega el enlace de acceso, confirmar el correo del RUT; en el acto 3 solo aparece el software "
        "que está en estado Producción.",
    ),
    "unknown": (
        "La DIAN respondió algo que todavía no conocemos ({dian}).",
        "La DIAN dio una respuesta que estamos revisando. Por ahora no tienes que hacer nada; te avisamos.",
        "Leer la descripción, guardar el intercambio (--save) y escalarlo al equipo de desarrollo. Mientras tanto se "
        "sigue consultando.",
    ),
    "certificate_refused": (
        "El NIT del certificado con el que firmamos no es el del proveedor por el que preguntamos (401).",
        _OURS,
        "Afecta a todas las empresas. Comprobar que DSE_DIAN_CERTIFICATE sea el certificado del NIT de "
        "DSE_PROVIDER_NIT, corregir el que esté mal y reiniciar los workers.",
    ),
    "certificate_without_nit": (
        "La DIAN no encuentra el NIT en el certificado con el que firmamos (89).",
        _OURS,
        "Afecta a todas las empresas. Usar en DSE_DIAN_CERTIFICATE un certificado cuyo titular lleve el NIT del "
        "proveedor y pedirlo a la entidad de certificación si no existe.",
    ),
    "software_refused": (
        "El código de software no es del proveedor, según la DIAN (303).",
        _OURS,
        "Afecta a todas las empresas. Corregir DSE_SOFTWARE_CODE con el código que la DIAN tiene para el proveedor, o "
        "DSE_PROVIDER_NIT, y reiniciar los workers.",
    ),
    "invalid_security": (
        "La DIAN no acepta la firma con la que preguntamos ({dian}).",
        _OURS,
        "Afecta a todas las empresas. Revisar en este orden. 1) El reloj de esta máquina, que {clock}; la DIAN tolera "
        "5 minutos. 2) El certificado: vigente, sin revocar y de una entidad acreditada. 3) El sobre: la dirección de "
        "DSE_DIAN_ENDPOINT va firmada y debe ser la publicada por la DIAN, y ningún intermediario debe modificar el "
        "mensaje.",
    ),
    "tls": (
        "No se pudo verificar el certificado TLS del servidor que respondió: puede no ser la DIAN.",
        _OURS,
        "Afecta a todas las empresas. Comprobar la dirección de DSE_DIAN_ENDPOINT, el reloj, las autoridades de "
        "certificación de esta máquina y que ningún intermediario intercepte la conexión.",
    ),
    "call_refused": (
        "El servidor que respondió no acepta esta llamada ({dian}).",
        _OURS,
        "Afecta a todas las empresas. Comprobar que DSE_DIAN_ENDPOINT sea la dirección publicada por la DIAN y que "
        "ningún intermediario bloquee la salida; guardar el intercambio (--save).",
    ),
    "away": (
        "La DIAN no respondió a tiempo, o la conexión falló.",
        _PASSES,
        "Comprobar la red y DSE_DIAN_ENDPOINT solo si pasa con todas las empresas por más de 15 minutos. El sistema "
        "reintenta por sí mismo.",
    ),
    "maintenance": (
        "En lugar del servicio respondió una página web o un aviso de que no está disponible: suele ser mantenimiento.",
        _PASSES,
        "Mirar los avisos de mantenimiento de la DIAN. El sistema reintenta por sí mismo.",
    ),
    "overloaded": (
        "La DIAN pide preguntar más despacio ({dian}).",
        _PASSES,
        "Si se repite, bajar DSE_DIAN_PER_SECOND. El sistema reintenta por sí mismo.",
    ),
    "redirected": (
        "El servidor manda a otra dirección ({dian}), y no se sigue: la dirección va firmada.",
        _PASSES,
        "Si se repite, comprobar DSE_DIAN_ENDPOINT con la dirección publicada por la DIAN.",
    ),
    "failed": (
        "El servicio de la DIAN tuvo un error interno ({dian}).",
        _PASSES,
        "Esperar: el sistema reintenta por sí mismo. Si dura más de una hora, avisar a la DIAN con el intercambio "
        "guardado (--save).",
    ),
    "not_an_answer": (
        "Lo que llegó no es una respuesta del servicio de la DIAN: está incompleto, dañado o es de otro servidor "
        "({dian}).",
        _PASSES,
        "Comprobar DSE_DIAN_ENDPOINT y los intermediarios si se repite; guardar el intercambio (--save). El sistema "
        "reintenta por sí mismo.",
    ),
}
"""What an answer of DIAN's means, what the company is told, what operators do; by `domain.explaining.Meaning`."""
