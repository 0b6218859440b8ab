// Doc comments of WIT, which are Markdown, as HTML for the pages.
import MarkdownIt from "markdown-it";

// HTML in a comment stays text, and pictures would come from elsewhere.
const markdown = new MarkdownIt("commonmark", { html: false }).disable("image");

/** The HTML of a text, in which nothing but Markdown has a meaning. */
export function prose(text: string): string {
  return `<div class="prose">${markdown.render(text)}</div>`;
}
