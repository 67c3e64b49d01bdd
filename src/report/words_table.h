/* Every word of a report that people read, one row each, one column a language. {0}, {1} ... stand for values and may
 * come in any order. Adding a language: a column here, its name in VTM_LANGUAGES and its column in words.c. */
#ifndef VTM_REPORT_WORDS_TABLE_H
#define VTM_REPORT_WORDS_TABLE_H

/* clang-format off */
#define VTM_LANGUAGES(LANGUAGE) LANGUAGE(en) LANGUAGE(ru)

#define VTM_WORDS(WORD) \
  WORD(DECIMAL_POINT, ".", ",") \
  WORD(TITLE, "Comparison of models", "Сравнение моделей") \
  WORD(AGAINST, "Against {0}. Models: {1}.", "Эталон: {0}. Моделей: {1}.") \
  WORD(LIST_AND, "{0} and {1}", "{0} и {1}") \
  WORD(LOWER_BETTER, "lower is better", "меньше — лучше") \
  WORD(HIGHER_BETTER, "higher is better", "больше — лучше") \
  WORD(BEST, "Best", "Лучше всех") \
  WORD(BEST_TIED, "Best, tied with {0}", "Лучше всех, неразличимо с {0}") \
  WORD(OVERVIEW, "Overview", "Обзор") \
  WORD(RANK, "Rank", "Место") \
  WORD(MODEL, "Model", "Модель") \
  WORD(INTERVAL, "95 % interval", "95 % интервал") \
  WORD(IMAGES, "Images", "Снимков") \
  WORD(MEDIAN, "Median", "Медиана") \
  WORD(SPREAD, "Spread", "Разброс") \
  WORD(NEIGHBOURS, "Which differences are significant", "Что различимо") \
  WORD(AHEAD, "{0} is ahead of {1} by {2}", "{0} лучше, чем {1}, на {2}") \
  WORD(ON_COMMON, " on the {0} people that both have", " на общих людях, их {0}") \
  WORD(TIED, "{0} and {1} are tied on {3} people ({1} minus {0}: {2})", \
       "{0} и {1} неразличимы, людей {3} ({1} минус {0}: {2})") \
  WORD(TIED_UNMATCHED, "{0} and {1} are tied ({1} minus {0}: {2})", "{0} и {1} неразличимы ({1} минус {0}: {2})") \
  WORD(EQUAL, "{0} and {1} have the same value", "у {0} и {1} одно и то же значение") \
  WORD(INCOMPARABLE, "{0} and {1} cannot be compared", "{0} и {1} нельзя сравнивать") \
  WORD(NOT_RANKED, "not ranked: the models cannot be compared", "без мест: модели нельзя сравнивать") \
  WORD(UNSURE, "{0} has a better value than {1}, by {2}; whether it is ahead is not known", \
       "значение {0} лучше, чем у {1}, на {2}; не случайно ли это, сказать нельзя") \
  WORD(P_VALUE, "p {0}", "p {0}") \
  WORD(NO_DIFFERENCES, "There are no intervals, so it is not known which differences are significant.", \
       "Интервалов нет, поэтому нельзя сказать, какие различия не случайны.") \
  WORD(CHART_ALT, "Bar chart of {0}; the table beside it has its values", \
       "Столбчатая диаграмма {0}; те же значения в таблице рядом") \
  WORD(WHISKERS, "whiskers: 95 % interval", "усы: 95 % интервал") \
  WORD(STRONG_IS_TIED, "strong colour: tied with the best", "яркие — наравне с лучшей") \
  WORD(CHART_COUNT, "n = {0}", "n = {0}") \
  WORD(CHART_CUT, "the best {0} of {1}", "лучшие {0} из {1}") \
  WORD(SPREAD_TITLE, "{0} of single pairs", "{0} отдельных пар") \
  WORD(SPREAD_LEGEND, "share of pairs; line: 5 to 95 %, bar: the middle half, mark: median", \
       "доля пар; линия: от 5 до 95 %, полоса: средняя половина, метка: медиана") \
  WORD(SPREAD_ALT, "Distribution of {0} over the pairs of each model", "Распределение {0} по парам каждой модели") \
  WORD(PAIRS_TITLE, "Worst and best pairs by {0}", "Худшие и лучшие пары по {0}") \
  WORD(PAIRS_ORDER_THREE, "From left to right: photograph, garment, result.", \
       "Слева направо: фотография, одежда, результат.") \
  WORD(PAIRS_ORDER_TWO, "From left to right: photograph, result.", "Слева направо: фотография, результат.") \
  WORD(PAIRS_CUT, "Pictures of {0} of {1} models are shown, so that the page stays small.", \
       "Показаны снимки {0} из {1} моделей, чтобы страница оставалась небольшой.") \
  WORD(WORST, "Worst", "Худшие") \
  WORD(BEST_PAIRS, "Best", "Лучшие") \
  WORD(INFLUENCE_TITLE, "Pairs that move {0} most", "Пары, сильнее всего влияющие на {0}") \
  WORD(INFLUENCE_HELP, "How far each pair moves the model’s score against an average pair: the ones to look at first.", \
       "Насколько каждая пара повышает или понижает оценку модели: смотреть стоит прежде всего на них.") \
  WORD(PHOTOGRAPH, "Photograph {0}", "Фотография {0}") \
  WORD(GARMENT, "Garment of {0}", "Одежда на {0}") \
  WORD(RESULT, "{1}: result {0}", "{1}: результат {0}") \
  WORD(NO_PICTURE, "no picture", "нет снимка") \
  WORD(MATCHING, "What was matched", "Что с чем сопоставлено") \
  WORD(RESULTS, "Results", "Результатов") \
  WORD(MATCHED, "Matched", "Сопоставлено") \
  WORD(LEFT_OVER, "Skipped results", "Результаты без пары") \
  WORD(LEFT_OUT, "Skipped photographs", "Фотографии без пары") \
  WORD(NAMED_LIKE, "Names", "Имена") \
  WORD(NONE, "none", "нет") \
  WORD(AND_MORE, "{0} and {1} more", "{0} и ещё {1}") \
  WORD(WARNINGS, "Warnings", "Предупреждения") \
  WORD(NOTES, "Notes", "Примечания") \
  WORD(REPRODUCE, "How to get the same numbers", "Как получить те же числа") \
  WORD(FINGERPRINT, "Computed with: {0}", "Чем посчитано: {0}") \
  WORD(COMMAND, "Command", "Команда") \
  WORD(NO_CHARTS, "This build has no cairo, so there are no charts.", "Сборка без cairo: диаграмм нет.") \
  WORD(MADE_BY, "Made by vtonmetrics {0}", "Сделано программой vtonmetrics {0}")
/* clang-format on */

#endif
