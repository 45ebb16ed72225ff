CREATE INDEX facilities_applications_by_number ON facilities_applications (application_id);
CREATE INDEX facilities_deferrals_by_number ON facilities_deferrals (deferral_id);
