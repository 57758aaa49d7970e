// The reference of the segment benchmark: loads the rows of a CSV file into DuckDB, as native columns and with MAP
// columns, and times each count with all cores.
//   node duckdb_count.js ROWS.csv DATABASE RUNS '{"name": {"table": "…", "where": "…"}, …}'
// Prints one line of JSON: per name the count and the sorted milliseconds.
import { DuckDBInstance } from "@duckdb/node-api";

const [csv, database, runs, queries] = process.argv.slice(2);

const NATIVE = `
  CREATE TABLE native AS
  SELECT id, country, platform, app_version, tier, plan, source, language, store, signup_date::TIMESTAMP AS signup_date,
         spend::DOUBLE AS spend, visits::INTEGER AS visits, age::INTEGER AS age,
         string_split(interests, '|') AS interests
  FROM read_csv('${csv}', header = true, all_varchar = true)`;

// What Pinpoint calls custom attributes may have any name and several values: one MAP for each of the three kinds.
const MAPS = `
  CREATE TABLE maps AS
  SELECT id, country, platform, app_version,
         MAP {'Interests': interests, 'Plan': [plan], 'Source': [source], 'Language': [language], 'Store': [store],
              'SignupDate': [strftime(signup_date, '%Y-%m-%dT%H:%M:%SZ')]} AS attributes,
         MAP {'Spend': spend, 'Visits': visits::DOUBLE, 'Age': age::DOUBLE} AS metrics,
         MAP {'Tier': [tier]} AS user_attributes
  FROM native`;

const instance = await DuckDBInstance.create(database);
const connection = await instance.connect();
for (const statement of [NATIVE, MAPS, "CHECKPOINT"]) {
  await connection.run(statement);
}

const results = {};
for (const [name, { table, where }] of Object.entries(JSON.parse(queries))) {
  const query = await connection.prepare(`SELECT count(*) FROM ${table} WHERE ${where}`);
  const milliseconds = [];
  let count;
  for (let run = -2; run < Number(runs); run++) {  // the first two warm up
    const start = performance.now();
    const reader = await query.runAndReadAll();
    count = Number(reader.getRows()[0][0]);
    if (run >= 0) {
      milliseconds.push(performance.now() - start);
    }
  }
  results[name] = { count, milliseconds: milliseconds.sort((a, b) => a - b) };
}
console.log(JSON.stringify(results));
connection.closeSync();
