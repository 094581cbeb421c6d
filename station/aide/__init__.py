"""What applicants have to bring, from the rules: also for town halls without a station."""
