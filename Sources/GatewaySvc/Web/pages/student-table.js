/**
 * Results By Student: one row per result.
 * @module
 */
import { dayText } from "../lib/dates.js";
import { LevelText } from "../lib/distribution.js";
import { Empty } from "../lib/feedback.js";
import { findLevel } from "../lib/levels.js";
import { scoreText, shortName, studentName } from "../lib/numbers.js";
import { dots, Menu } from "../lib/popover.js";
import { gradeOrder } from "../lib/sorting.js";
import { Table } from "../lib/table.js";
import { label as labelOf, t } from "../lib/texts.js";
import { html, useMemo } from "../lib/ui.js";

/** @typedef {import("../lib/types.js").Exam} Exam */
/** @typedef {import("../lib/types.js").Assessment} Assessment */
/** @typedef {import("../lib/levels.js").ScoreView} ScoreView */
/** @typedef {import("../lib/table.js").Column<Exam>} Column */

/**
 * The columns of the scores of a view, for the tables of a school and of a student alike.
 * @param {ScoreView} view
 * @param {string} type the assessment's
 * @returns {Column[]}
 */
export function scoreColumns(view, type) {
    const { definition } = view;
    if (view.kind === "overall") {
        return [
            {
                id: "level",
                title: t(type === "iab" ? "column.category" : "column.level"),
                info: t(type === "iab" ? "column.category.info" : "column.level.info"),
                width: 11,
                key: (exam) => exam.overall?.level,
                cell: ({ overall }) =>
                    html`<${LevelText} level=${findLevel(definition, overall?.level)} raw=${overall?.level} />`,
            },
            {
                id: "score",
                title: t("column.score"),
                info: t("column.score.info"),
                width: 10.25,
                numeric: true,
                key: (exam) => exam.overall?.scaleScore,
                cell: (exam) => scoreText(exam.overall),
            },
        ];
    }
    return view.codes.flatMap(({ code, name }) => {
        const find = (/** @type {Exam} */ exam) =>
            (view.kind === "claim" ? exam.claims : exam.alternates).find((score) => score.code === code);
        /** @type {Column} */
        const level = {
            id: `${code}-level`,
            title: view.kind === "claim" ? name : t("column.named.level", { name }),
            info: view.kind === "claim" ? t("column.claim.info", { name }) : undefined,
            width: view.kind === "claim" ? 9.5 : 9,
            key: (exam) => find(exam)?.level,
            cell: (exam) =>
                html`<${LevelText} level=${findLevel(definition, find(exam)?.level)} raw=${find(exam)?.level} />`,
        };
        if (view.kind === "claim") return [level];
        /** @type {Column} */
        const score = {
            id: `${code}-score`,
            title: t("column.named.score", { name }),
            info: t("column.score.info"),
            width: 9.5,
            numeric: true,
            key: (exam) => find(exam)?.scaleScore,
            cell: (exam) => scoreText(find(exam)),
        };
        return [level, score];
    });
}

/** The columns that say when and where. @returns {Record<"date" | "session" | "grade" | "school" | "status", Column>} */
export function examColumns() {
    return {
        date: {
            id: "date",
            title: t("column.date"),
            info: t("column.date.info"),
            width: 7,
            key: (exam) => exam.completedAt,
            cell: (exam) => dayText(exam.date),
        },
        session: {
            id: "session",
            title: t("column.session"),
            info: t("column.session.info"),
            width: 7.75,
            key: (exam) => exam.session,
            cell: (exam) => exam.session || html`<span class="none">${t("session.notProvided")}</span>`,
        },
        grade: {
            id: "grade",
            title: t("column.grade"),
            info: t("column.grade.info"),
            width: 7.25,
            key: (exam) => gradeOrder(exam.enrolledGrade),
            cell: (exam) => labelOf("grade", exam.enrolledGrade),
        },
        school: { id: "school", title: t("column.school"), width: 10, key: (exam) => exam.school.name },
        status: {
            id: "status",
            title: t("column.status"),
            info: t("column.status.info"),
            width: 9.5,
            key: (exam) => exam.status,
        },
    };
}

/** Says what highlighted rows mean, where there are any. @param {{ exams: Exam[] }} props */
export function TransferNote({ exams }) {
    if (!exams.some((exam) => exam.fromPreviousSchool)) return null;
    return html`
        <p class="transfer-note">
            <span class="transfer-mark" aria-hidden="true"></span>
            <span>${t("transfers.highlighted")}</span>
        </p>
    `;
}

/** @param {{ exams: Exam[], total: number, view: ScoreView, assessment: Assessment }} props */
export function StudentTable({ exams, total, view, assessment }) {
    const columns = useMemo(() => {
        const { date, session, grade, school, status } = examColumns();
        /** @type {Column} */
        const student = {
            id: "student",
            title: t("column.student"),
            width: 11,
            header: true,
            key: ({ student }) =>
                student.lastName || student.firstName ? [student.lastName, student.firstName] : [student.ssid],
            cell: ({ student }, tabIndex) =>
                html`
                    <span class="student">
                        <a href="/students/${student.id}" tabIndex=${tabIndex} data-control="name">${studentName(
                            student,
                        )}</a>
                        <${Menu} className="icon-button" tabIndex=${tabIndex} control="menu" name=${t("student.menu", {
                            name: studentName(student),
                        })}
                            trigger=${dots()} items=${[{
                                text: t("student.history", { name: shortName(student) }),
                                href: `/students/${student.id}`,
                            }]} />
                    </span>
                `,
        };
        return view.kind === "overall"
            ? [student, date, session, grade, school, status, ...scoreColumns(view, assessment.type)]
            : [student, date, session, school, ...scoreColumns(view, assessment.type)];
    }, [view.kind, view.definition, assessment.type]);
    if (exams.length === 0) return html`<${Empty} text=${t("students.none")} />`;
    const label = t("students.table", { assessment: assessment.label });
    return html`
        <${TransferNote} exams=${exams} />
        <${Table} label=${label} rows=${exams} total=${total} columns=${columns}
            sort=${{ column: "student", direction: "ascending" }} rowKey=${(/** @type {Exam} */ exam) => exam.id}
            rowClass=${(/** @type {Exam} */ exam) => (exam.fromPreviousSchool ? "transfer" : "")} />
    `;
}
