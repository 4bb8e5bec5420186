"""What the counts tell people by themselves: alerts and reports, by mail and by webhook."""
