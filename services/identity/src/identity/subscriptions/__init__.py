"""Mailing lists that people subscribe to on the site, with an address they confirmed."""
