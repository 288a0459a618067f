-- Why:    a way into the sandbox for those who load data: the pages of imports, data coverage and reconciliation.
-- Order:  after V0003.
-- Locks:  none; the tables are small.
INSERT INTO identity.role (name, display_name, program, sandbox) VALUES ('SandboxDataLoad', 'Data Load', '', true);
INSERT INTO identity.role_function (role, function) VALUES ('SandboxDataLoad', 'ASMTDATALOAD');
INSERT INTO identity.role_level (role, level) VALUES ('SandboxDataLoad', 'STATE');
