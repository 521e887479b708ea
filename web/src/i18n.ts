/** The interface's own words in Chinese and English. Names of types and relations come from the vocabulary. */
import type { Lang } from "./state";

const WORDS = {
  title: ["区域发展知识图谱", "Regional development graph"],
  explore: ["图谱", "Explorer"],
  ask: ["查询", "Query"],
  index: ["目录", "Contents"],
  otherLanguage: ["English", "中文"],
  searchLabel: ["按名称查找", "Search by name"],
  searchHint: ["名称、简称或拼音，如 太平湾、tpw", "Name, short form or pinyin, e.g. 太平湾, tpw"],
  nothingFound: ["没有找到“{}”", "Nothing is called “{}”"],
  results: ["{} 个结果", "{} results"],
  filters: ["筛选", "Filters"],
  types: ["类型", "Types"],
  relations: ["关系", "Relations"],
  only: ["仅此", "only"],
  all: ["全部", "all"],
  dates: ["日期", "Dates"],
  since: ["自", "from"],
  until: ["至", "to"],
  dateHint: ["如 2023、2023-09", "e.g. 2023, 2023-09"],
  dateBad: ["写作 2023、2023-09 或 2023-09-21", "Write 2023, 2023-09 or 2023-09-21"],
  dateOrder: ["起始日期晚于截止日期", "The first date lies after the last"],
  confidence: ["置信度不低于", "Confidence at least"],
  limit: ["最多显示", "Show at most"],
  things: ["个事物", "things"],
  hops: ["范围", "Reach"],
  step: ["{} 步", "{} step(s)"],
  reset: ["清除筛选", "Clear filters"],
  loading: ["正在读取图谱…", "Reading the graph…"],
  arranging: ["正在排布…", "Arranging…"],
  slow: ["服务器响应较慢，仍在等待…", "The server is slow; still waiting…"],
  gone: ["连不上服务器。kg serve 还在运行吗？", "The server cannot be reached. Is kg serve still running?"],
  late: ["服务器 {} 秒内没有答复。", "The server did not answer within {} seconds."],
  refused: ["服务器答复 {}：", "The server answered {}: "],
  unreadable: ["服务器的答复无法读取。", "The server's answer cannot be read."],
  failed: ["出错了：{}", "Something went wrong: {}"],
  retry: ["重试", "Try again"],
  emptyGraph: ["没有符合筛选条件的事物。", "Nothing passes these filters."],
  noWebgl: [
    "这个浏览器没有 WebGL，无法画图；查找、事物页和查询仍可使用。",
    "This browser has no WebGL, so the graph cannot be drawn; search, pages and queries still work.",
  ],
  inView: ["图中 {} 个事物、{} 条事实", "{} things and {} facts in view"],
  truncated: ["只显示联系最多的部分", "only the best connected are shown"],
  fit: ["全图", "Fit"],
  zoomIn: ["放大", "Zoom in"],
  zoomOut: ["缩小", "Zoom out"],
  canvas: ["关系图。同样的事物列在右侧。", "Picture of the graph. The same things are listed beside it."],
  wholeGraph: ["整个图谱", "The whole graph"],
  aroundThing: ["“{}”周围", "Around “{}”"],
  toWhole: ["返回整个图谱", "Back to the whole graph"],
  inThisView: ["图中事物", "Things in view"],
  more: ["再显示 {} 项", "{} more"],
  hintOverview: [
    "单击事物或连线看出处，双击展开邻居。按 / 查找。",
    "Click a thing or a line for its sentences, double-click for its neighbours. Press / to search.",
  ],
  close: ["关闭", "Close"],
  expand: ["展开邻居", "Show neighbours"],
  centre: ["以此为中心", "Centre here"],
  page: ["详情页", "Page"],
  alsoCalled: ["又称", "Also called"],
  facts: ["事实", "Facts"],
  figures: ["数据", "Figures"],
  sentences: ["原文", "In the articles"],
  sentenceOf: ["出处 {}", "{} sentence(s)"],
  noFacts: ["没有事实。", "No facts."],
  noSentences: ["没有出处。", "No sentences."],
  indicator: ["指标", "Indicator"],
  value: ["数值", "Value"],
  period: ["时期", "Period"],
  conf: ["置信度", "Confidence"],
  article: ["文章", "Article"],
  planned: ["计划", "planned"],
  reported: ["据称", "reported"],
  inferred: ["推断", "inferred"],
  degree: ["联系", "Links"],
  // query page
  questions: ["常见问题", "Questions"],
  findQuestion: ["筛选问题", "Find a question"],
  parameters: ["参数", "Parameters"],
  run: ["运行", "Run"],
  runHint: ["Ctrl+Enter 运行", "Ctrl+Enter runs it"],
  stop: ["停止", "Stop"],
  running: ["正在运行…", "Running…"],
  stopped: ["已停止。", "Stopped."],
  rows: ["{} 行，{} 毫秒", "{} rows, {} ms"],
  rowsOf: ["显示前 {} 行，共 {} 行", "First {} of {} rows"],
  cut: ["结果超过服务器的行数上限，已截断。", "The server cut the result at its row limit."],
  noRows: ["没有结果。", "No results."],
  yes: ["是", "Yes"],
  no: ["否", "No"],
  triples: ["三元组（Turtle）", "Triples (Turtle)"],
  download: ["下载", "Download"],
  editor: ["SPARQL 查询", "SPARQL query"],
  answer: ["结果", "Answer"],
  answerEmpty: ["选择一个问题，或写一条查询，然后运行。", "Choose a question or write a query, then run it."],
  numberBad: ["请填一个数", "Give a number"],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;
export type Say = (word: Word, ...values: (string | number)[]) => string;

/** Return the function that says a word of the interface in a language, `{}` filled in order. */
export function speaker(lang: Lang): Say {
  const column = lang === "zh" ? 0 : 1;
  const numbers = new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en");
  return (word, ...values) => {
    let next = 0;
    return WORDS[word][column].replace(/\{\}/g, () => {
      const value = values[next++] ?? "";
      return typeof value === "number" ? numbers.format(value) : value;
    });
  };
}
