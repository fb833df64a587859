"""A bounced mail told to its workflow, as a signal: whoever runs for that company hears of the address."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.errors import AwayError
from activities.store.bounces import Bounce, Tell
from domain.begin import workflow_id
from domain.commands import MailBounced

PATIENCE = timedelta(seconds=3)
"""Mails wait meanwhile."""


def teller(client: Client) -> Tell:
    async def tell(bounce: Bounce) -> None:
        said = bounce.model_dump(include={"address", "code", "message_id"})
        handle = client.get_workflow_handle(workflow_id(bounce.environment, bounce.nit))
        try:
            await handle.signal(MailBounced.card.name, said, rpc_timeout=PATIENCE)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:  # else it has ended: nobody needs to know
                raise AwayError("temporal", error.status.name) from None

    return tell
