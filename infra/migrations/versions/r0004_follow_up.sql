-- On which day somebody wanted to look again.
ALTER TABLE dse.onboarding ADD COLUMN follow_up date;
