"""Passkeys (WebAuthn): signing in by a key on somebody's device, which is two factors in one."""
