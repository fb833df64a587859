"""Claiming a range for a tipo de comprobante (wizard step 4)."""

from temporalio import activity

from activities.errors import ConflictError
from activities.store.keyed import CODE_TAKEN, RANGE_TAKEN, Keyed
from domain.effects import CLAIM_VOUCHER_TYPE, Claimed, ClaimVoucherType
from domain.numbering import VoucherType
from domain.reasons import Code
from domain.state import VoucherWish

NOTE_SUFFIX = "NA"
_REFUSALS = {RANGE_TAKEN: Code.RANGE_TAKEN, CODE_TAKEN: Code.VOUCHER_CODE_TAKEN}


class Vouchers:
    def __init__(self, keyed: Keyed) -> None:
        self._keyed = keyed

    @activity.defn(name=CLAIM_VOUCHER_TYPE.name)
    async def claim_voucher_type(self, given: ClaimVoucherType) -> Claimed:
        """Document and adjustment note are recorded both or not at all; constraints decide who was first."""
        try:
            return Claimed(voucher_types=await self._keyed.claim(given, both(given.wish)))
        except ConflictError as conflict:
            refused = _REFUSALS.get(conflict.constraint)
            if refused is None:
                raise
            return Claimed(refused=refused)


def both(wish: VoucherWish) -> tuple[VoucherType, VoucherType]:
    """The document (05) as wished, and its adjustment note (95), numbered from 1."""
    document = VoucherType(
        document_type="05",
        code=wish.code,
        name=wish.name,
        resolution=wish.range.resolution,
        prefix=wish.range.prefix,
        next_number=wish.next_number,
    )
    note = {
        "document_type": "95",
        "code": f"{wish.code}{NOTE_SUFFIX}",
        "name": f"Nota de ajuste {wish.name}",
        "next_number": 1,
    }
    return document, document.model_copy(update=note)
