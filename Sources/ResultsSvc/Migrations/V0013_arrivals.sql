-- The results of students who came to a school later are found by student and assessment (GetSchoolResults).
DROP INDEX exam_student;
CREATE INDEX exam_student ON exam (student_id, assessment_id);
