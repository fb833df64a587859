"""DIAN's `GetNumberingRange` as a small server: SOAP 1.2 and WS-Security on one port, switches on another.

It stands alone (imports nothing of ours), so that it can't share our mistakes: what it refuses, DIAN would
refuse. A company's story there is three acts (enable, request, associate), each taking effect at once,
whatever the clock, unless it is told to be strict; acts, ranges and calls are kept in one SQLite file and
survive a restart. Clock and faults don't: a restart puts them right.

The order of answers: 89, 401 (certificate), 303, 401 (company), 301, 302, 100. DIAN's published sources ask
for the software's owner (303) last, and answer 302 for a software that nothing is bound to; here a foreign
software is told at once, because it is a mistake of ours whatever the company has done.

In the environment habilitacion every 100 lists DIAN's sample range `SEDS` beside the company's own, so that
a client which takes the first range it sees is found out.

How it is used, by hand and by programs: `docs/dian-simulator.md`.
"""
