/**
 * A bill on paper: A4, quiet, in three languages. It is printed from the sealed document, with the names that only the
 * platform knows; the document's hash stands at its foot, so that paper and file can be told to be the same.
 */
import PDFDocument from "pdfkit";
import { formatDay } from "#base/time.ts";
import type { Bill, BillLine } from "#billing/document.ts";
import { BOOKED_KINDS, numberText } from "#billing/document.ts";

export const PAPER_LANGUAGES = ["en", "it", "de"] as const;
export type PaperLanguage = (typeof PAPER_LANGUAGES)[number];

export interface OnPaper {
  readonly bill: Bill;
  readonly documentHash: string;
  readonly language: PaperLanguage;
  readonly issuer: string;
  readonly recipient: { readonly name: string; readonly address: string | null };
}

const WORDS = {
  supply: { en: "Invoice", it: "Fattura", de: "Rechnung" },
  contract: {
    en: "Invoice of a supply contract",
    it: "Fattura di un contratto di fornitura",
    de: "Rechnung eines Liefervertrags",
  },
  sales: { en: "Statement of sales", it: "Estratto delle vendite", de: "Abrechnung der Verkäufe" },
  market: {
    en: "Statement of the neighbours’ market",
    it: "Estratto del mercato dei vicini",
    de: "Abrechnung des Nachbarschaftsmarkts",
  },
  incentive: { en: "Community incentive", it: "Incentivo della comunità", de: "Anreiz der Gemeinschaft" },
  true_up: {
    en: "True-up of the incentive",
    it: "Conguaglio dell’incentivo",
    de: "Jahresausgleich des Anreizes",
  },
  credit_note: { en: "Credit note", it: "Nota di credito", de: "Gutschrift" },
  number: { en: "Number", it: "Numero", de: "Nummer" },
  issued: { en: "Issued", it: "Emessa il", de: "Ausgestellt" },
  period: { en: "Period", it: "Periodo", de: "Zeitraum" },
  from: { en: "From", it: "Da", de: "Von" },
  to: { en: "To", it: "A", de: "An" },
  item: { en: "Item", it: "Voce", de: "Posten" },
  energy: { en: "kWh", it: "kWh", de: "kWh" },
  price: { en: "€/kWh", it: "€/kWh", de: "€/kWh" },
  amount: { en: "€", it: "€", de: "€" },
  net: { en: "Net", it: "Imponibile", de: "Netto" },
  vat: { en: "VAT", it: "IVA", de: "USt." },
  pay: { en: "To pay", it: "Da pagare", de: "Zu zahlen" },
  receive: { en: "To receive", it: "Da ricevere", de: "Zu erhalten" },
  takes: { en: "Takes back", it: "Storna", de: "Nimmt zurück" },
  booked: {
    en: "The ledger has booked all of it already.",
    it: "Il registro ha già contabilizzato tutto.",
    de: "Das Register hat alles schon gebucht.",
  },
  missing: {
    en: "Quarter hours that no meter vouches for, not billed",
    it: "Quarti d’ora non attestati da alcun contatore, non fatturati",
    de: "Viertelstunden, für die kein Zähler bürgt, nicht berechnet",
  },
  check: {
    en: "Every line of this bill can be recomputed: contrada verify-bill with the file of this number. Document",
    it: "Ogni riga si può ricalcolare: contrada verify-bill con il file di questo numero. Documento",
    de: "Jede Zeile lässt sich nachrechnen: contrada verify-bill mit der Datei dieser Nummer. Dokument",
  },
} as const;

/** Of lines whose label, a day and perhaps a sale's number, does not say what they are. */
const LINES: Readonly<Record<string, Readonly<Record<PaperLanguage, string>>>> = {
  sale: { en: "Sale", it: "Vendita", de: "Verkauf" },
  credit: { en: "Taken off", it: "Storno parziale", de: "Nachlass" },
  fee: { en: "Community fee", it: "Quota della comunità", de: "Abgabe an die Gemeinschaft" },
  bought: { en: "Bought from neighbours", it: "Comprata dai vicini", de: "Von Nachbarn gekauft" },
  sold: { en: "Sold to neighbours", it: "Venduta ai vicini", de: "An Nachbarn verkauft" },
  matched_bought: {
    en: "Taken from neighbours afterwards",
    it: "Presa dai vicini a posteriori",
    de: "Nachträglich von Nachbarn bezogen",
  },
  matched_sold: {
    en: "Given to neighbours afterwards",
    it: "Data ai vicini a posteriori",
    de: "Nachträglich an Nachbarn abgegeben",
  },
  market_fee: { en: "Grid fee", it: "Quota di rete", de: "Netzgebühr" },
  short: { en: "Sold, not delivered", it: "Venduta, non consegnata", de: "Verkauft, nicht geliefert" },
  long: { en: "Bought, not used", it: "Comprata, non usata", de: "Gekauft, nicht genutzt" },
  waived: {
    en: "Above the cap, borne by the supplier",
    it: "Oltre il tetto, a carico del fornitore",
    de: "Über der Grenze, trägt der Lieferant",
  },
};

const [LEFT, RIGHT, TOP, BOTTOM] = [56, 539, 56, 770];
const INK = "#1b1f1d";
const QUIET = "#5c6661";
const HAIR = "#d5dad7";
/** Right edges of the columns of figures. */
const [ENERGY, PRICE, AMOUNT] = [370, 450, RIGHT];

/** The PDF's bytes. */
export function billPdf(paper: OnPaper): Promise<Buffer> {
  const { bill, language } = paper;
  const say = (word: keyof typeof WORDS) => WORDS[word][language];
  const title = `${say(bill.kind)} ${numberText(bill.number)}`;
  const pdf = new PDFDocument({
    size: "A4",
    margins: { left: LEFT, right: 56, top: TOP, bottom: 40 },
    bufferPages: true,
    lang: language,
    info: { Title: title, Author: paper.issuer },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
    pdf.on("end", () => resolve(Buffer.concat(chunks)));
    pdf.on("error", reject);
  });
  const text = (words: string, x: number, y: number, options: PDFKit.Mixins.TextOptions = {}) =>
    pdf.text(words, x, y, { lineBreak: false, ...options });
  const right = (words: string, edge: number, y: number) => text(words, edge - pdf.widthOfString(words), y);
  const hair = (y: number) => pdf.moveTo(LEFT, y).lineTo(RIGHT, y).lineWidth(0.5).strokeColor(HAIR).stroke();

  pdf.font("Helvetica-Bold").fontSize(20).fillColor(INK);
  text(say(bill.kind), LEFT, TOP);
  let y = TOP + 40;
  const facts: readonly (readonly [string, string])[] = [
    [say("number"), numberText(bill.number)],
    [say("issued"), dayText(bill.issued, language)],
    [say("period"), `${dayText(bill.period.from, language)} – ${dayText(bill.period.until - 1, language)}`],
    [say("from"), paper.issuer],
    [say("to"), [paper.recipient.name, paper.recipient.address].filter(Boolean).join(", ")],
    ...(bill.evidence.takenBack === undefined
      ? []
      : [
          [
            say("takes"),
            `${numberText(bill.evidence.takenBack.number)}: ${bill.evidence.takenBack.reason}`,
          ] as const,
        ]),
  ];
  for (const [name, value] of facts) {
    pdf.font("Helvetica").fontSize(9.5).fillColor(QUIET);
    text(name, LEFT, y);
    pdf.fillColor(INK);
    text(fitting(pdf, value, RIGHT - 140), 140, y);
    y += 15;
  }

  const head = (at: number) => {
    pdf.font("Helvetica").fontSize(8.5).fillColor(QUIET);
    text(say("item"), LEFT, at);
    right(say("energy"), ENERGY, at);
    right(say("price"), PRICE, at);
    right(say("amount"), AMOUNT, at);
    hair(at + 13);
    return at + 20;
  };
  y = head(y + 20);
  const row = (line: BillLine) => {
    if (y > BOTTOM - 20) {
      pdf.addPage();
      y = head(TOP);
    }
    pdf.font("Helvetica").fontSize(9.5).fillColor(INK);
    const name = LINES[line.kind]?.[language];
    const label = name === undefined ? line.label : `${name}, ${line.label}`;
    text(fitting(pdf, label, ENERGY - LEFT - 60), LEFT, y);
    if (line.quantity !== undefined) right(figure(line.quantity, 1_000n, 3, language), ENERGY, y);
    if (line.price !== undefined) right(figure(line.price, 1_000_000n, 6, language), PRICE, y);
    right(figure(line.amount, 1_000_000n, 4, language), AMOUNT, y);
    y += 16;
  };
  for (const line of bill.lines) row(line);

  if (y > BOTTOM - 110) {
    pdf.addPage();
    y = TOP;
  }
  hair(y + 2);
  y += 12;
  const sum = (name: string, amount: string, strong = false) => {
    pdf
      .font(strong ? "Helvetica-Bold" : "Helvetica")
      .fontSize(strong ? 12 : 9.5)
      .fillColor(INK);
    right(name, PRICE, y);
    right(amount, AMOUNT, y);
    y += strong ? 20 : 15;
  };
  sum(say("net"), figure(bill.totals.net, 1_000_000n, 4, language));
  for (const { vatPpm, amount } of bill.vat) {
    const rate = figure(vatPpm, 10_000n, vatPpm % 10_000n === 0n ? 0 : 2, language);
    sum(`${say("vat")} ${rate} %`, figure(amount, 1_000_000n, 4, language));
  }
  const { payableCent } = bill.totals;
  const owed = payableCent < 0n ? -payableCent : payableCent;
  y += 4;
  sum(say(payableCent < 0n ? "receive" : "pay"), `${figure(owed, 100n, 2, language)} €`, true);
  if (BOOKED_KINDS.has(bill.kind)) {
    pdf.font("Helvetica").fontSize(8.5).fillColor(QUIET);
    text(say("booked"), LEFT, y + 6);
  }
  if (bill.coverage.missing > 0) {
    pdf.font("Helvetica").fontSize(8.5).fillColor(QUIET);
    text(`${say("missing")}: ${bill.coverage.missing}`, LEFT, y + 6);
  }

  const pages = pdf.bufferedPageRange().count;
  for (let page = 0; page < pages; page++) {
    pdf.switchToPage(page);
    pdf.font("Helvetica").fontSize(7.5).fillColor(QUIET);
    text(say("check"), LEFT, 782);
    text(paper.documentHash, LEFT, 793);
    right(`${page + 1}/${pages}`, RIGHT, 793);
  }
  pdf.end();
  return done;
}

/** A whole number of smallest units as a decimal with so many digits, half to even; the point of the language. */
export function figure(value: bigint, unit: bigint, digits: number, language: PaperLanguage): string {
  const negative = value < 0n;
  const scale = 10n ** BigInt(digits);
  const scaled = (negative ? -value : value) * scale;
  let whole = scaled / unit;
  const twice = 2n * (scaled % unit);
  if (twice > unit || (twice === unit && whole % 2n === 1n)) whole += 1n;
  const text = String(whole).padStart(digits + 1, "0");
  const [before, after] = [text.slice(0, text.length - digits), text.slice(text.length - digits)];
  const grouped = before.replace(/\B(?=(\d{3})+$)/g, language === "en" ? "," : ".");
  const sign = negative && whole !== 0n ? "–" : "";
  return `${sign}${grouped}${digits === 0 ? "" : `${language === "en" ? "." : ","}${after}`}`;
}

function dayText(day: number, language: PaperLanguage): string {
  const iso = formatDay(day);
  const [year, month, date] = iso.split("-");
  if (language === "de") return `${date}.${month}.${year}`;
  return language === "it" ? `${date}/${month}/${year}` : iso;
}

/** As much of the words as has room. */
function fitting(pdf: PDFKit.PDFDocument, words: string, width: number): string {
  if (pdf.widthOfString(words) <= width) return words;
  let shorter = words;
  while (shorter.length > 1 && pdf.widthOfString(`${shorter}…`) > width) shorter = shorter.slice(0, -1);
  return `${shorter.trimEnd()}…`;
}
