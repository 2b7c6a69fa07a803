"""What settings can be expected to give, without a pulse, and the settings that give most."""
