/**
 * CSV File Format: how to write a file of student groups.
 * @module
 */
import { PageHead } from "../lib/shell.js";
import { t } from "../lib/texts.js";
import { html } from "../lib/ui.js";

const rules = ["headers", "keys", "schools", "groups", "subject", "login", "students", "replace", "empty", "excel"];
const columns = ["group_name", "school_natural_id", "school_year", "subject_code", "student_ssid", "group_user_login"];
const required = columns.slice(0, 3);

export function GroupFileFormatPage() {
    const title = t("format.title");
    const crumbs = [
        { text: t("manage.title"), href: "/student-groups" },
        { text: t("upload.title"), href: "/student-groups/upload" },
        { text: title },
    ];
    return html`
        <${PageHead} title=${title} crumbs=${crumbs} />
        <section class="card" aria-labelledby="how">
            <h2 id="how">${t("format.heading")}</h2>
            <ol class="rules">${rules.map((rule) => html`<li>${t(`format.rule.${rule}`)}</li>`)}</ol>
            <p><a class="button primary" download="groups.csv" href="/api/v1/group-uploads/template">${t(
                "format.template",
            )}</a></p>
        </section>
        <div class="table-region" role="region" tabindex="0" aria-label=${t("format.columns")}>
            <table class="plain" aria-label=${t("format.columns")}>
                <thead>
                    <tr>
                        <th scope="col">${t("format.column")}</th>
                        <th scope="col">${t("format.required")}</th>
                        <th scope="col">${t("format.content")}</th>
                    </tr>
                </thead>
                <tbody>
                    ${columns.map((column) =>
                        html`
                            <tr>
                                <th scope="row"><code>${column}</code></th>
                                <td>${t(required.includes(column) ? "format.yes" : "format.no")}</td>
                                <td>${t(`format.content.${column}`)}</td>
                            </tr>
                        `
                    )}
                </tbody>
            </table>
        </div>
    `;
}
