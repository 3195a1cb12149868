-- AlterTable
ALTER TABLE "report" ADD COLUMN     "improved" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "load_tests" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "trials" INTEGER NOT NULL DEFAULT 0;

-- Reports that were written before
UPDATE "report" SET
  "trials" = jsonb_array_length("document" -> 'trials'),
  "improved" = jsonb_array_length(jsonb_path_query_array("document",
    '$.trials[*] ? (@.kind == "change" && @.verdict.verdict == "improved")'))
WHERE jsonb_typeof("document" -> 'trials') = 'array';
