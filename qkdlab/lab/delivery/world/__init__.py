"""What goes on behind the encryptor panel: a link, two KMEs, two encryptors, and a clock."""
