// Linked into every process that uses libnng; there is nothing to call. See broken_pipe.c.
#pragma once
