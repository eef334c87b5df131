package dev.minsight.ui;

import java.util.List;

/**
 * The checks of WCAG 2.2 that a script can make by itself: names of controls (4.1.2), alternatives
 * of pictures (1.1.1), labels of fields (3.3.2), one main heading and no level left out (1.3.1),
 * language (3.1.1), unique ids, and text contrast of at least 4.5 : 1, large text 3 : 1 (1.4.3).
 */
final class Accessibility {

  private static final String SCRIPT =
      """
      const found = [];
      const seen = (e) => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})
        && e.getBoundingClientRect().width > 0;
      const say = (rule, e) => found.push(`${rule}: ${e.outerHTML.slice(0, 160)}`);
      const name = (e) => (e.getAttribute('aria-label') || e.innerText
        || [...e.querySelectorAll('img')].map((i) => i.alt).join('') || e.title || '').trim();
      if (!document.documentElement.lang) found.push('html has no lang');
      if (!document.title.trim()) found.push('no title');
      for (const img of document.images) if (!img.hasAttribute('alt')) say('no alt', img);
      for (const e of document.querySelectorAll('a[href], button, summary')) {
        if (seen(e) && !e.closest('[aria-hidden=true]') && !name(e)) say('no name', e);
      }
      for (const e of document.querySelectorAll('input, select, textarea')) {
        if (seen(e) && !e.labels?.length && !e.getAttribute('aria-label')) say('no label', e);
      }
      const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
      for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`id twice: ${id}`);
      const heads = [...document.querySelectorAll('h1, h2, h3, h4')].filter(seen);
      if (heads.filter((e) => e.tagName === 'H1').length !== 1) found.push('not exactly one h1');
      heads.forEach((e, i) => {
        if (i && e.tagName[1] - heads[i - 1].tagName[1] > 1) say('heading level left out', e);
      });

      const rgba = (text) => {
        const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
        canvas.fillStyle = text;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
      };
      const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
      const light = (rgb) => {
        const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ground = (e) => {
        const layers = [];
        for (let at = e; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
        return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
      };
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const e = text.parentElement;
        if (!text.data.trim() || !seen(e) || e.closest('.tile-frame, .overlay, noscript, :disabled')) continue;
        const style = getComputedStyle(e);
        const back = ground(e);
        const [one, two] = [light(over(rgba(style.color), back)), light(back)].sort((x, y) => y - x);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        const ratio = (one + 0.05) / (two + 0.05);
        if (ratio < (large ? 3 : 4.5)) say(`contrast ${ratio.toFixed(2)}`, e);
      }
      return [...new Set(found)];
      """;

  private Accessibility() {}

  /** What is wrong with the page as it is now; empty when nothing is. */
  @SuppressWarnings("unchecked")
  static List<String> objections(Browser browser) {
    return (List<String>) browser.run(SCRIPT);
  }
}
