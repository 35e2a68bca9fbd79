"""What no page says to a patient: the product's own search, asked of whole pages."""

from screening.domain.never_said import never_said as never_said
