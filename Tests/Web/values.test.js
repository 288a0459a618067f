import { dayText, schoolYear } from "../../Sources/GatewaySvc/Web/lib/dates.js";
import { colorOf, findLevel, gradeColor, inkOn, scoreViews } from "../../Sources/GatewaySvc/Web/lib/levels.js";
import {
    averageText,
    roundHalfUp,
    scoreText,
    shareText,
    shortName,
    studentName,
} from "../../Sources/GatewaySvc/Web/lib/numbers.js";
import { match } from "../../Sources/GatewaySvc/Web/lib/router.js";
import { useTexts } from "../../Sources/GatewaySvc/Web/lib/texts.js";
import { equal } from "./check.js";

useTexts(JSON.parse(await Deno.readTextFile(new URL("../../Sources/Shared/Texts/catalogue.en.json", import.meta.url))));

Deno.test("G7 a school year is named by the year it begins and two figures of the year it ends", () => {
    const expected = { 2020: "2019-20", 2018: "2017-18", 2000: "1999-00", 2021: "2020-21", 2009: "2008-09" };
    for (const [year, text] of Object.entries(expected)) equal(schoolYear(Number(year)), text);
});

Deno.test("a day is the state's day, whatever the time zone here", () => {
    equal(dayText("2026-03-14"), "03/14/2026");
    equal(dayText(null), "-");
});

Deno.test("rounding is half up, also below zero", () => {
    equal([2.5, -0.5, 2402.5, 1.5, 1.4999].map(roundHalfUp), [3, 0, 2403, 2, 1]);
});

Deno.test("F092 a student's score has its band only with a standard error, a dash without a score", () => {
    equal(scoreText({ scaleScore: 2450, standardError: 20.5 }), "2450 ± 21");
    equal(scoreText({ scaleScore: 2450, standardError: null }), "2450");
    equal(scoreText({ scaleScore: null, standardError: 20 }), "-");
    equal(scoreText(null), "-");
});

Deno.test("A2 A3 the average has the standard error of the mean, also ± 0 for one result, a dash for none", () => {
    const some = { results: 6, averageRounded: 2438, standardErrorRounded: 22, levelCounts: [], levelPercents: [] };
    equal(averageText(some), "2438 ± 22");
    equal(averageText({ ...some, results: 1, averageRounded: 2500, standardErrorRounded: 0 }), "2500 ± 0");
    equal(averageText({ ...some, results: 0 }), "-");
});

Deno.test("A1 a distribution in percent and in numbers", () => {
    const statistics = { results: 7, levelCounts: [1, 1, 2, 3], levelPercents: [14, 14, 29, 43] };
    equal([0, 1, 2, 3].map((i) => shareText(statistics, i, "percent")), ["14%", "14%", "29%", "43%"]);
    equal([0, 1, 2, 3].map((i) => shareText(statistics, i, "number")), ["1", "1", "2", "3"]);
});

Deno.test("a student is called by the names that are there, else by the SSID", () => {
    equal(studentName({ ssid: "1", firstName: "Ana", lastName: "Diaz" }), "Diaz, Ana");
    equal(studentName({ ssid: "1", firstName: null, lastName: "Diaz" }), "Diaz");
    equal(studentName({ ssid: "1", firstName: null, lastName: null }), "1");
    equal(shortName({ ssid: "1", firstName: null }), "1");
});

const level = { level: 1, name: "Level 1", shortName: "Level 1", suffix: "", color: "maroon" };
const code = { code: "1", name: "Oral", icon: "", displayOrder: 1 };
const subject = {
    code: "S",
    name: "Subject",
    alternates: [code],
    claims: [code],
    types: [
        { code: "iab", name: "", longName: "", overall: { name: "Overall", levels: [level] } },
        {
            code: "sum",
            name: "",
            longName: "",
            overall: { name: "Overall", levels: [level] },
            alternate: { name: "Composite", levels: [level] },
            claim: { name: "Domain", levels: [level] },
        },
    ],
};

Deno.test("F094 the toggle offers the scores that the definition has, in the order overall, alternate, claim", () => {
    const names = (/** @type {string} */ type) =>
        scoreViews([subject], { subject: "S", type }).map((view) => view.definition.name);
    equal(names("iab"), ["Overall"]);
    equal(names("sum"), ["Overall", "Composite", "Domain"]);
    equal(scoreViews([subject], { subject: "unknown", type: "sum" }).length, 1);
});

Deno.test("a level outside the definition is no level, not a crash", () => {
    equal(findLevel(subject.types[0].overall, 9), undefined);
    equal(findLevel(subject.types[0].overall, null), undefined);
});

Deno.test("a colour token becomes a CSS variable; anything else a neutral colour", () => {
    equal(colorOf("sb-iab-red"), "var(--color-sb-iab-red, var(--color-unknown))");
    for (const hostile of [undefined, "", "red;}", "url(x)", "1a"]) {
        equal(colorOf(hostile), "var(--color-unknown)");
        equal(inkOn(hostile), "var(--ink-light)");
    }
});

Deno.test("grade colours follow the order of grades and repeat", () => {
    equal(["KG", "03", "06", "07", "nonsense"].map(gradeColor), ["teal", "blue-dark", "blue-dark", "teal", "teal"]);
});

Deno.test("addresses match whole segments and only numbers as ids", () => {
    equal(match("/", "/"), {});
    equal(match("/schools/:id", "/schools/7"), { id: "7" });
    equal(match("/schools/:id", "/schools/7/"), { id: "7" });
    for (const path of ["/schools", "/schools/x", "/schools/7/8", "/schools/-1", "/schools/99999999999999999999"]) {
        equal(match("/schools/:id", path), null, path);
    }
});
