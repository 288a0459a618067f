// Made by Tools/protogen; `make proto` makes it again.
#pragma once
#include "aggregate.pb-c.h"
#include "blob.pb-c.h"
#include "common.pb-c.h"
#include "embargo.pb-c.h"
#include "events.pb-c.h"
#include "group.pb-c.h"
#include "health.pb-c.h"
#include "identity.pb-c.h"
#include "imports.pb-c.h"
#include "intake.pb-c.h"
#include "reports.pb-c.h"
#include "results.pb-c.h"
#include "rpc.pb-c.h"

// Swift cannot take the address of an imported global.
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__scope(void) {
    return &ers__scope__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__permission_scope(void) {
    return &ers__permission_scope__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__caller_claims(void) {
    return &ers__caller_claims__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__service_claims(void) {
    return &ers__service_claims__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__signed_token(void) {
    return &ers__signed_token__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__changes_request(void) {
    return &ers__changes_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__feed_page(void) {
    return &ers__feed_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__empty(void) {
    return &ers__empty__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_request(void) {
    return &ers__report_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__saved_query_request(void) {
    return &ers__saved_query_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_topic(void) {
    return &ers__report_topic__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report(void) {
    return &ers__report__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__list_reports_request(void) {
    return &ers__list_reports_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_list(void) {
    return &ers__report_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__read_report_request(void) {
    return &ers__read_report_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_part(void) {
    return &ers__report_part__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__saved_query(void) {
    return &ers__saved_query__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__saved_query_list(void) {
    return &ers__saved_query_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__field_filter(void) {
    return &ers__field_filter__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__student_filter(void) {
    return &ers__student_filter__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__aggregate_query(void) {
    return &ers__aggregate_query__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__subject_claims(void) {
    return &ers__subject_claims__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__field_option(void) {
    return &ers__field_option__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__subject_option(void) {
    return &ers__subject_option__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_options(void) {
    return &ers__report_options__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__claim_option(void) {
    return &ers__claim_option__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_organization(void) {
    return &ers__report_organization__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__find_report_organizations_request(void) {
    return &ers__find_report_organizations_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_organization_list(void) {
    return &ers__report_organization_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__row_estimate(void) {
    return &ers__row_estimate__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_assessment(void) {
    return &ers__report_assessment__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_slice(void) {
    return &ers__report_slice__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_table(void) {
    return &ers__report_table__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_view(void) {
    return &ers__report_view__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__read_report_rows_request(void) {
    return &ers__read_report_rows_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_row(void) {
    return &ers__report_row__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__row_measures(void) {
    return &ers__row_measures__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__report_rows(void) {
    return &ers__report_rows__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__export_report_table_request(void) {
    return &ers__export_report_table_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__save_aggregate_query_request(void) {
    return &ers__save_aggregate_query_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__held_back(void) {
    return &ers__held_back__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__stored_layout(void) {
    return &ers__stored_layout__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__stored_row(void) {
    return &ers__stored_row__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__stored_cohort(void) {
    return &ers__stored_cohort__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__stored_rows(void) {
    return &ers__stored_rows__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__append_blob_request(void) {
    return &ers__append_blob_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__seal_blob_request(void) {
    return &ers__seal_blob_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__embargo_notification(void) {
    return &ers__embargo_notification__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__embargo_publication(void) {
    return &ers__embargo_publication__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__replay_request(void) {
    return &ers__replay_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__replay_page(void) {
    return &ers__replay_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__list_embargoes_request(void) {
    return &ers__list_embargoes_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__embargo_cell(void) {
    return &ers__embargo_cell__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__embargo_row(void) {
    return &ers__embargo_row__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__embargo_list(void) {
    return &ers__embargo_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__set_embargo_request(void) {
    return &ers__set_embargo_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__set_embargo_reply(void) {
    return &ers__set_embargo_reply__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__embargo_history_entry(void) {
    return &ers__embargo_history_entry__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__embargo_history(void) {
    return &ers__embargo_history__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__read_embargo_history_request(void) {
    return &ers__read_embargo_history_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__embargo_setting_row(void) {
    return &ers__embargo_setting_row__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__embargo_changes_page(void) {
    return &ers__embargo_changes_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__assigned_group(void) {
    return &ers__assigned_group__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__assigned_group_list(void) {
    return &ers__assigned_group_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__group_filters(void) {
    return &ers__group_filters__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__list_managed_groups_request(void) {
    return &ers__list_managed_groups_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__managed_group(void) {
    return &ers__managed_group__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__managed_group_list(void) {
    return &ers__managed_group_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__delete_group_request(void) {
    return &ers__delete_group_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__upload_groups_request(void) {
    return &ers__upload_groups_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__group_upload(void) {
    return &ers__group_upload__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__list_group_uploads_request(void) {
    return &ers__list_group_uploads_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__group_upload_list(void) {
    return &ers__group_upload_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__membership_row(void) {
    return &ers__membership_row__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__membership_changes_page(void) {
    return &ers__membership_changes_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__health_report(void) {
    return &ers__health_report__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__health_part(void) {
    return &ers__health_part__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__sandbox_entry(void) {
    return &ers__sandbox_entry__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__sandbox_entries(void) {
    return &ers__sandbox_entries__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__enter_sandbox_request(void) {
    return &ers__enter_sandbox_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__new_session(void) {
    return &ers__new_session__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__resume_session_request(void) {
    return &ers__resume_session_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__session_view(void) {
    return &ers__session_view__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__end_session_request(void) {
    return &ers__end_session_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__access_token_request(void) {
    return &ers__access_token_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__access_token(void) {
    return &ers__access_token__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__resume_access_token_request(void) {
    return &ers__resume_access_token_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__access_token_view(void) {
    return &ers__access_token_view__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__import_grant(void) {
    return &ers__import_grant__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__act_for_request(void) {
    return &ers__act_for_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__acting_token(void) {
    return &ers__acting_token__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__list_schools_request(void) {
    return &ers__list_schools_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__school_choice(void) {
    return &ers__school_choice__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__school_list(void) {
    return &ers__school_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__find_organizations_request(void) {
    return &ers__find_organizations_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__found_organization(void) {
    return &ers__found_organization__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__found_organizations(void) {
    return &ers__found_organizations__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__organization_row(void) {
    return &ers__organization_row__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__organization_changes_page(void) {
    return &ers__organization_changes_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__setting_row(void) {
    return &ers__setting_row__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__setting_changes_page(void) {
    return &ers__setting_changes_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__session_end_row(void) {
    return &ers__session_end_row__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__session_changes_page(void) {
    return &ers__session_changes_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__import_property(void) {
    return &ers__import_property__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__submit_import_request(void) {
    return &ers__submit_import_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__submit_imports_request(void) {
    return &ers__submit_imports_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__submitted_import(void) {
    return &ers__submitted_import__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__submit_imports_reply(void) {
    return &ers__submit_imports_reply__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__import(void) {
    return &ers__import__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__get_import_request(void) {
    return &ers__get_import_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__import_filter(void) {
    return &ers__import_filter__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__count_imports_request(void) {
    return &ers__count_imports_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__import_count(void) {
    return &ers__import_count__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__import_counts(void) {
    return &ers__import_counts__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__import_list(void) {
    return &ers__import_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__resubmit_imports_reply(void) {
    return &ers__resubmit_imports_reply__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__read_import_payload_request(void) {
    return &ers__read_import_payload_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__import_payload_part(void) {
    return &ers__import_payload_part__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__list_zip_files_request(void) {
    return &ers__list_zip_files_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__zip_file(void) {
    return &ers__zip_file__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__zip_file_list(void) {
    return &ers__zip_file_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__import_properties(void) {
    return &ers__import_properties__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__waiting_for(void) {
    return &ers__waiting_for__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__waiting_list(void) {
    return &ers__waiting_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__coverage_row(void) {
    return &ers__coverage_row__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__coverage(void) {
    return &ers__coverage__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__make_reconciliation_request(void) {
    return &ers__make_reconciliation_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__reconciliation(void) {
    return &ers__reconciliation__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__reconciliation_list(void) {
    return &ers__reconciliation_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__read_reconciliation_request(void) {
    return &ers__read_reconciliation_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__reconciliation_part(void) {
    return &ers__reconciliation_part__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__exam_choice(void) {
    return &ers__exam_choice__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__exam_count(void) {
    return &ers__exam_count__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__remove_exams_request(void) {
    return &ers__remove_exams_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__removed_exams(void) {
    return &ers__removed_exams__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__level(void) {
    return &ers__level__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__score_definition(void) {
    return &ers__score_definition__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__score_code(void) {
    return &ers__score_code__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__assessment_type(void) {
    return &ers__assessment_type__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__subject(void) {
    return &ers__subject__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__subject_list(void) {
    return &ers__subject_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__list_grades_request(void) {
    return &ers__list_grades_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__grade_list(void) {
    return &ers__grade_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__school_grade_request(void) {
    return &ers__school_grade_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__assessment(void) {
    return &ers__assessment__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__assessment_list(void) {
    return &ers__assessment_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__exam_filter(void) {
    return &ers__exam_filter__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__filter_field(void) {
    return &ers__filter_field__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__filter_field_list(void) {
    return &ers__filter_field_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__get_school_results_request(void) {
    return &ers__get_school_results_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__exam_score(void) {
    return &ers__exam_score__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__exam(void) {
    return &ers__exam__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__score_statistics(void) {
    return &ers__score_statistics__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__assessment_results(void) {
    return &ers__assessment_results__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__test_session(void) {
    return &ers__test_session__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__assessment_results_list(void) {
    return &ers__assessment_results_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__student_group(void) {
    return &ers__student_group__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__group_year_request(void) {
    return &ers__group_year_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__group_assessment_list(void) {
    return &ers__group_assessment_list__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__get_group_results_request(void) {
    return &ers__get_group_results_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__session_choice(void) {
    return &ers__session_choice__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__dashboard_card(void) {
    return &ers__dashboard_card__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__group_dashboard(void) {
    return &ers__group_dashboard__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__ensure_students_request(void) {
    return &ers__ensure_students_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__ensured_students(void) {
    return &ers__ensured_students__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__subject_code_row(void) {
    return &ers__subject_code_row__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__subject_code_changes_page(void) {
    return &ers__subject_code_changes_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__found_group_row(void) {
    return &ers__found_group_row__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__found_group_changes_page(void) {
    return &ers__found_group_changes_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__find_student_request(void) {
    return &ers__find_student_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__student_found(void) {
    return &ers__student_found__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__get_student_history_request(void) {
    return &ers__get_student_history_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__student_history(void) {
    return &ers__student_history__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__export_exams_request(void) {
    return &ers__export_exams_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__exported_exam(void) {
    return &ers__exported_exam__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__exported_exams(void) {
    return &ers__exported_exams__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__export_query(void) {
    return &ers__export_query__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__replace_export_query_request(void) {
    return &ers__replace_export_query_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__stored_export(void) {
    return &ers__stored_export__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__stored_export_part(void) {
    return &ers__stored_export_part__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__count_summatives_request(void) {
    return &ers__count_summatives_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__summative_count(void) {
    return &ers__summative_count__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__summative_counts(void) {
    return &ers__summative_counts__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__target_definition(void) {
    return &ers__target_definition__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__subject_change(void) {
    return &ers__subject_change__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__subject_changes_page(void) {
    return &ers__subject_changes_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__assessment_change(void) {
    return &ers__assessment_change__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__assessment_changes_page(void) {
    return &ers__assessment_changes_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__student_change(void) {
    return &ers__student_change__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__student_changes_page(void) {
    return &ers__student_changes_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__exam_change(void) {
    return &ers__exam_change__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__exam_changes_page(void) {
    return &ers__exam_changes_page__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__fault_violation(void) {
    return &ers__fault_violation__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__rpc_request(void) {
    return &ers__rpc_request__descriptor;
}
static inline const ProtobufCMessageDescriptor *descriptor_of_ers__rpc_reply(void) {
    return &ers__rpc_reply__descriptor;
}
