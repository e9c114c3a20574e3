"""The captcha, as picture or sound, that keeps programs from requesting codes."""
