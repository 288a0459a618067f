import { compareCells, gradeOrder, sorted } from "../../Sources/GatewaySvc/Web/lib/sorting.js";
import { equal } from "./check.js";

const names = (/** @type {{ name: string }[]} */ rows) => rows.map((row) => row.name).join(" ");

Deno.test("empty cells come first ascending and last descending", () => {
    const rows = [{ name: "b", cell: 2 }, { name: "none", cell: null }, { name: "a", cell: 1 }, {
        name: "blank",
        cell: "",
    }];
    equal(names(sorted(rows, (row) => row.cell, "ascending")), "none blank a b");
    equal(names(sorted(rows, (row) => row.cell, "descending")), "b a none blank");
});

Deno.test("upper and lower case and accents are the same letter", () => {
    equal(compareCells("DIAZ", "diaz"), 0);
    equal(compareCells("Díaz", "Diaz"), 0);
    equal(Math.sign(compareCells("alvarez", "Becker")), -1);
});

Deno.test("rows that compare equal keep their order in both directions", () => {
    const rows = ["a", "b", "c"].map((name) => ({ name }));
    equal(names(sorted(rows, () => "same", "ascending")), "a b c");
    equal(names(sorted(rows, () => "same", "descending")), "a b c");
});

Deno.test("numbers compare by value, zero is not empty", () => {
    const rows = [{ name: "ten", cell: 10 }, { name: "nine", cell: 9 }, { name: "zero", cell: 0 }, {
        name: "none",
        cell: undefined,
    }];
    equal(names(sorted(rows, (row) => row.cell, "ascending")), "none zero nine ten");
});

Deno.test("several cells: the second decides where the first is equal", () => {
    const rows = [{ name: "2", cells: ["Diaz", "Rosa"] }, { name: "1", cells: ["diaz", "Farid"] }, {
        name: "0",
        cells: ["Chen", "Zoe"],
    }];
    equal(names(sorted(rows, (row) => row.cells, "ascending")), "0 1 2");
});

Deno.test("the rows that were given stay as they are", () => {
    const rows = [{ name: "b" }, { name: "a" }];
    sorted(rows, (row) => row.name, "ascending");
    equal(names(rows), "b a");
});

Deno.test("grades run from before first grade to what has no year", () => {
    const codes = ["UG", "11", "03", "KG", "PR", "TK", "01"];
    equal(codes.toSorted((a, b) => gradeOrder(a) - gradeOrder(b)), ["PR", "TK", "KG", "01", "03", "11", "UG"]);
});
