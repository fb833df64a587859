"""What each company goes through: the stages that its client plays one after the other."""

from dataclasses import dataclass
from random import Random

from domain.nit import check_digit

TO_LETTER = ("start", "invoicing", "representative")
SIGNED = ("upload", "accepted", "go_on")
END = ("voucher", "ready")
STORIES: dict[str, tuple[str, ...]] = {
    "plain": (*TO_LETTER, *SIGNED, "acts", *END),
    "early": ("start", "done_at_dian", "associated", "representative", "invoicing", *SIGNED, *END),
    "rejected": (*TO_LETTER, "upload_unsigned", *SIGNED, "acts", *END),
    "client_killed": (*TO_LETTER, "stored_but_not_said", *SIGNED, "acts", *END),
    "held": (*TO_LETTER, "hold", "upload", "resume", "accepted", "go_on", "acts", *END),
    "corrected": (*TO_LETTER, *SIGNED, "granted", "correct", *SIGNED, "acts", *END),
    "sent_back": (*TO_LETTER, *SIGNED, "acts", "listed", "back", "go_on", *END),
    "cancelled": (*TO_LETTER, *SIGNED, "cancel", *TO_LETTER, *SIGNED, "acts", *END),
}
"""`early` says things before their turn and out of order; `cancelled` ends while its grant is made, and begins anew."""


@dataclass(frozen=True)
class Story:
    nit: str
    name: str
    seed: int

    @property
    def stages(self) -> tuple[str, ...]:
        return STORIES[self.name]

    @property
    def letters(self) -> int:
        """How many letters must have been issued in the end."""
        return self.stages.count("representative") + self.stages.count("correct")


def stories(seed: int, count: int) -> tuple[Story, ...]:
    """One for each company; each kind in turn, so that even a small run has them all."""
    dice = Random(seed)
    numbers = dice.sample(range(800_000_000, 899_999_999), count)
    names = [list(STORIES)[index % len(STORIES)] for index in range(count)]
    dice.shuffle(names)
    return tuple(
        Story(f"{number}-{check_digit(str(number))}", name, dice.randrange(2**32))
        for number, name in zip(numbers, names, strict=True)
    )
