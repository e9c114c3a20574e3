"""What was paid: payments that billing has booked, the balance, and how to pay."""
