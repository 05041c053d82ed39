"""Single sign-on by OpenID Connect: who somebody is, their employer's own directory says."""
