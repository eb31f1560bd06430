"""The bundled sample site: three invented newspapers on loopback."""
