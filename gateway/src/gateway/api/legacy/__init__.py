"""What both legacy APIs are about: the resources, declared once, and how services are asked."""
