// What a page gains with scripts: tables sorted by a column and filtered by words, contents open where there is room.
// Without them it is whole, and plain.
"use strict";
(() => {
  const FILTREES = 10; // rows from which a filter helps
  const MOIS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre"];
  const ordre = new Intl.Collator("fr", { numeric: true, sensitivity: "base" });
  const ecrit = (nombre) => nombre.toLocaleString("fr-FR");
  // A text as a keyboard writes it: no accents nor capitals, plain apostrophes, spaces and letters.
  const auClavier = (texte) => texte.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
    .replaceAll("’", "'").replaceAll("œ", "oe");

  // What a cell is sorted by: a number as French writes it, a month, a day, or nothing where it has no value.
  function valeur(cellule) {
    const texte = cellule.textContent.trim();
    if (/^(–|n\.s\.|)$/.test(texte)) return null;
    const mois = /^(\S+) (\d{4})$/.exec(texte);
    if (mois && MOIS.includes(mois[1])) return 12 * mois[2] + MOIS.indexOf(mois[1]);
    const jour = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(texte);
    if (jour) return Number(jour[3] + jour[2] + jour[1]);
    if (!cellule.classList.contains("nombre")) return texte;
    const nombre = /^[+−-]?\d[\d\u202f\u00a0]*(,\d+)?/.exec(texte);
    return nombre ? Number(nombre[0].replace(/[\u202f\u00a0]/g, "").replace("−", "-").replace(",", ".")) : texte;
  }

  function compare(a, b) {
    if (a === null || b === null) return (a === null) - (b === null); // no value is last, either way
    if (typeof a === "number" && typeof b === "number") return a - b;
    return ordre.compare(a, b);
  }

  function trie(table, corps, rang, tete) {
    const sens = tete.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    const lignes = [...corps.rows].filter((ligne) => !ligne.classList.contains("total"));
    const cles = new Map(lignes.map((ligne) => [ligne, valeur(ligne.cells[rang])]));
    lignes.sort((a, b) => {
      const [x, y] = [cles.get(a), cles.get(b)];
      return x === null || y === null ? compare(x, y) : sens * compare(x, y);
    });
    corps.prepend(...lignes);
    for (const autre of table.tHead.querySelectorAll("[aria-sort]")) autre.removeAttribute("aria-sort");
    tete.setAttribute("aria-sort", sens === 1 ? "ascending" : "descending");
  }

  function filtre(table, corps, numero) {
    const outils = document.createElement("div");
    outils.className = "outils";
    const etiquette = document.createElement("label");
    etiquette.textContent = "Filtrer ";
    const champ = document.createElement("input");
    champ.type = "search";
    champ.id = `filtre-${numero}`;
    etiquette.htmlFor = champ.id;
    champ.setAttribute("aria-describedby", table.caption?.id ?? "");
    const dit = document.createElement("span");
    dit.setAttribute("role", "status");
    outils.append(etiquette, champ, dit);
    champ.addEventListener("input", () => {
      const mots = auClavier(champ.value).split(/\s+/).filter(Boolean);
      const lignes = [...corps.rows].filter((ligne) => !ligne.classList.contains("total"));
      let vues = 0;
      for (const ligne of lignes) {
        const texte = auClavier(ligne.textContent);
        ligne.hidden = !mots.every((mot) => texte.includes(mot));
        vues += !ligne.hidden;
      }
      // The total is of all the rows: beside some of them it would mislead.
      for (const total of corps.querySelectorAll(".total")) total.hidden = mots.length > 0;
      dit.textContent = mots.length ? `${ecrit(vues)} sur ${ecrit(lignes.length)} lignes` : "";
    });
    table.parentElement.before(outils);
  }

  document.querySelectorAll(".cadre > table").forEach((table, numero) => {
    const [corps] = table.tBodies;
    if (!table.tHead || !corps || table.querySelector("tbody [colspan], tbody [rowspan]")) return;
    const lignes = [...corps.rows].filter((ligne) => !ligne.classList.contains("total"));
    if (lignes.length < 2) return;
    [...table.tHead.rows[table.tHead.rows.length - 1].cells].forEach((tete, rang) => {
      if (tete.tagName !== "TH") return;
      const bouton = document.createElement("button");
      bouton.type = "button";
      bouton.append(...tete.childNodes);
      bouton.addEventListener("click", () => trie(table, corps, rang, tete));
      tete.append(bouton);
    });
    if (lignes.length >= FILTREES) filtre(table, corps, numero);
  });

  // A frame is a stop of the keyboard only where its table is wider than it.
  const veille = new ResizeObserver((cadres) => {
    for (const { target: cadre } of cadres) {
      if (cadre.scrollWidth > cadre.clientWidth) cadre.tabIndex = 0;
      else cadre.removeAttribute("tabindex");
    }
  });
  document.querySelectorAll(".cadre").forEach((cadre) => veille.observe(cadre));

  const sommaire = document.querySelector(".contenu details");
  const large = matchMedia("(min-width: 68rem)");
  const ajuste = () => { sommaire.open = large.matches; };
  ajuste();
  large.addEventListener("change", ajuste);
  // On a telephone the contents cover the text: chosen, they close.
  sommaire.addEventListener("click", (clic) => { if (clic.target.closest("a") && !large.matches) sommaire.open = false; });
  addEventListener("beforeprint", () => document.querySelectorAll("details.toutes").forEach((un) => { un.open = true; }));
})();
