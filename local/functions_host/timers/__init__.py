"""Timer triggers: six-field NCRONTAB schedules, their record in storage, runs that were missed."""
