"""What keys are for: handing them to an encryptor."""
