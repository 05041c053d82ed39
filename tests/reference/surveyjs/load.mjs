// Loads surveys with SurveyJS's own library and says what it makes of them.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { Model } = createRequire(import.meta.url)("survey-core");

const rows = (question) => (question.getType() === "matrix" ? question.rows : []);
const questions = (survey) =>
  survey.getAllQuestions().flatMap((one) => {
    const options = (choices) => choices.map((choice) => ({ code: choice.value, label: choice.text }));
    if (one.getType() !== "matrix") {
      return [{ id: one.name, type: one.getType(), text: one.title, note: one.description, options: options(one.choices) }];
    }
    return rows(one).map((row) => ({
      id: row.value, type: "matrix", text: row.text, stem: one.title, note: one.description, options: options(one.columns),
    }));
  });

const shown = (survey, answers) => {
  survey.clear();
  for (const [name, codes] of Object.entries(answers)) {
    const question = survey.getQuestionByName(name);
    if (question) question.value = question.getType() === "checkbox" ? codes : codes[0];
  }
  const visible = survey.getAllQuestions().filter((one) => one.isVisible);
  const names = visible.flatMap((one) => (rows(one).length ? rows(one).map((row) => row.value) : [one.name]));
  // a form ends when the page with the answer is left
  while (survey.state === "running" && !survey.isLastPage) survey.nextPage();
  return { ended: survey.state === "completed", names };
};

const done = JSON.parse(readFileSync(0, "utf8")).map(({ survey, locales, answers }) => {
  const loaded = new Model(survey);
  const errors = (loaded.jsonErrors || []).map((one) => one.message);
  const texts = Object.fromEntries(locales.map((locale) => {
    loaded.locale = locale;
    return [locale, { title: loaded.title, questions: questions(loaded) }];
  }));
  return { errors, texts, shown: answers.map((one) => shown(loaded, one)) };
});
process.stdout.write(JSON.stringify(done));
