"""The whole system on one machine: the emulator, mended, with the stack's own Pulumi program deployed into it."""
