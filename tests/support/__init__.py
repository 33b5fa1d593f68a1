"""What several tests share: cards, certificates, and the programs we did not write."""
