"""Who may use the station: chains of certificates, revocation, the enrolment list, roles."""
