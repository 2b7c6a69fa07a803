"""Two encryptors that carry a stream of bytes under keys from QKD and ML-KEM, and change them in time."""
