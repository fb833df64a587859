"""The letter of an invented company, from which benches and tests make what they need."""

from datetime import date
from typing import Final

from activities.letter.seal import DEVELOPMENT_KEYS, LetterKeys
from domain.letter import LetterData
from domain.people import Representative

KEYS: Final = LetterKeys.parse(DEVELOPMENT_KEYS)
PERSON: Final = Representative(
    first_names="Ana María",
    last_names="Gómez Ruiz",
    document_type="13",
    document_number="52123456",
    place_of_issue="Bogotá",
    email="ana@example.com",
    mobile="3001234567",
    address="Calle 72 # 10-07",
    municipality="11001",
    position="Gerente general",
)
LETTER: Final = LetterData(
    environment="habilitacion",
    nit="900123456-8",
    company="Café del Sur S.A.S.",
    representative=PERSON,
    provider_nit="830048145-8",
    provider_name="Soluciones Contables del Norte S.A.S.",
    letter_id="0f8fad5bd9cb",
    revision=1,
    issued_on=date(2026, 11, 24),
    period_days=365,
)
