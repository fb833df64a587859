"""In every state that people, DIAN, time and our own failures can lead to, the card is right."""

from hypothesis import Phase, settings
from hypothesis.stateful import invariant

from tests.domain.test_reached import Onboarding
from tests.workflows import card_laws


class Cards(Onboarding):
    @invariant()
    def the_laws_hold(self) -> None:
        if self.checked != (self.world.state, self.world.now):
            self.checked = (self.world.state, self.world.now)
            card_laws.the_card_is_right(self.world)


TestCards = Cards.TestCase
TestCards.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
)
