"""The ePi "zce" layout: paragraphs in <p> and an author box; in the variant "laocai", paragraphs in <div>.

Like the real pages, it has the lead outside the body, an empty <time> in the masthead, the newspaper as meta
author, an empty author name in JSON-LD (laocai), the first picture outside the body, and advert slots inside it.
"""

# ruff: noqa: E501 - the markup keeps the long lines of the real pages

import json
from collections.abc import Iterable

from crawler.demo.ink import attribute, set_text
from crawler.demo.newsroom import (
    DataTable,
    Heading,
    ItemList,
    Newspaper,
    Paragraph,
    Picture,
    RelatedBox,
    SampleArticle,
)
from crawler.demo.pages import Listing, Notice

_MACHINE_TIME = "%Y-%m-%dT%H:%M:%S+0700"


def article_page(article: SampleArticle, paper: Newspaper, *, origin: str) -> str:
    """Return the page of one article."""
    url = origin + article.path
    moment = article.published.strftime(_MACHINE_TIME)
    avatar, rest = "", list(article.blocks)
    if rest and isinstance(rest[0], Picture):
        avatar = _avatar(rest[0], origin)
        rest = rest[1:]
    main = f"""<div class="article"> <div class="breadcrumb breadcrumb-detail"> <h2 class="main"> <a href="{origin}/{article.section_path}/" title="{article.section[0]}" class="active">{article.section[0]}</a> </h2> </div> \
<div class="article__header"> <h1 class="article__title cms-title "> {set_text(article.title)} </h1> \
<div class="article__sapo cms-desc"> {_sapo(article)} </div> {_advert("SdaArticleAfterSapo")} </div> \
<div class="col"> <div class="main-col content-col"> <div class="article__meta"> \
<time class="time" datetime="{moment}" data-time="{int(article.published.timestamp())}" data-friendly="false" data-format="full">{article.published_text}</time> \
<meta class="cms-date" itemprop="datePublished" content="{moment}"> \
<div class="features article__social"> <a href="javascript:void(0);" class="item fb" data-href="{url}" data-rel="facebook" title="Facebook"><i class="ic-facebook"></i></a> <a href="javascript:void(0);" class="mail sendmail" data-href="{url}" title="Gửi mail"><i class="ic-email"></i></a> </div> </div> \
{avatar} {_advert("SdaArticleAfterAvatar")} <div class="article__body zce-content-body cms-body" itemprop="articleBody"> <style>.cms-note {{ float: left; }}</style>
{_body(article, rest, origin)} {_author(article)} {_advert("SdaArticleAfterBody")} </div> \
<div class="article-footer"> {_stories("related-news", "Tin liên quan", paper.beside(article, 3), origin)} {_tags(article, origin)} <div class="wrap-comment"></div> </div> </div> \
<div class="sub-col sidebar-right"> {_stories("trending fyi-position", "Tin đọc nhiều", paper.beside(article, 5), origin, with_time=True)} </div> </div> </div>"""
    return _frame(paper, article.title, origin=origin, head=_metadata(article, paper, origin), main=main)


def listing_page(listing: Listing, paper: Newspaper, *, origin: str) -> str:
    """Return a section page with the newest articles, or the home page; real sites load older ones by script."""
    odd = "".join(f'<a class="link" href="{attribute(link.href)}">{link.text}</a> ' for link in listing.odd_links)
    stories = _stories("content-list", listing.title, listing.articles, origin, with_time=True)
    main = f'<div class="category"> {stories} <div class="topics">{odd}</div> <button class="control__loadmore">Xem thêm</button> </div>'
    return _frame(paper, listing.title, origin=origin, head="", main=main)


def notice_page(notice: Notice, paper: Newspaper, *, origin: str) -> str:
    """Return a page that is no article."""
    main = f'<div class="notice"> <h3 class="box-heading">{notice.title}</h3> {notice.html} </div>'
    return _frame(paper, notice.title, origin=origin, head="", main=main)


def _body(article: SampleArticle, blocks: Iterable[object], origin: str) -> str:
    tag = "div" if article.layout == "laocai" else "p"
    parts: list[str] = []
    for place, block in enumerate(blocks):
        match block:
            case Paragraph(text):
                parts.append(f"<{tag}>{set_text(text, article.quirks, place=place)}</{tag}>")
                if place in (1, 4):
                    parts.append(f'<div class="sda_middle"> {_advert(f"SdaArticleMiddle{place}")}\n</div>')
            case Heading(text):
                parts.append(f"<h3>{set_text(text, article.quirks)}</h3>")
            case ItemList(items):
                parts.append("<ul>" + "".join(f" <li>{set_text(item)}</li>" for item in items) + " </ul>")
            case DataTable(rows):
                cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
                table = "".join(f"<tr>{row}</tr> " for row in cells)
                parts.append(f'<table class="tbl-data" border="1"> <tbody> {table}</tbody>\n</table>')
            case Picture():
                parts.append(_picture(block, origin))
            case RelatedBox():
                pass  # this CMS has links to other articles only after the text
    return "\n".join(parts)


def _sapo(article: SampleArticle) -> str:
    lead = set_text(article.marked_lead, article.quirks)
    return f"<p>{lead}</p>" if "entities" in article.quirks else lead


def _avatar(picture: Picture, origin: str) -> str:
    caption = attribute(picture.caption or "")
    return f'<figure class="article__avatar "> <img class="cms-photo" src="{origin}{picture.path}" alt="{caption}" cms-photo-caption="{caption}"/> <figcaption>{set_text(picture.caption or "")}</figcaption> </figure>'


def _picture(picture: Picture, origin: str) -> str:
    alt = attribute(picture.caption or "")
    image = f'<td><img src="{origin}{picture.path}" class="cms-photo" alt="{alt}" title="{alt}" width="770" height="449"></td>'
    caption = ""
    if picture.caption:
        caption = f' <tr> <td class="caption t1"><em>{set_text(picture.caption)}</em></td> </tr>'
    return f'<table class="picture" align="center"> <tbody> <tr> {image} </tr>{caption} </tbody>\n</table>'


def _author(article: SampleArticle) -> str:
    printed = article.sign_off.printed
    if not printed:
        return ""
    if article.layout == "laocai":
        return f'<div class="t1"><span class="t2">{printed}</span></div>'
    return f'<div class="article__author"> <p class="name">{printed} </p> </div>'


def _tags(article: SampleArticle, origin: str) -> str:
    if not article.tags:
        return ""
    name = "article__tags" if article.layout == "laocai" else "article__tag"
    links = "".join(
        f' <a class="link" href="{origin}/tu-khoa.html?q={tag}" title="{tag}">{tag}</a>' for tag in article.tags
    )
    return f'<div class="{name}">{links} </div> {_advert("SdaArticleAfterTag")}'


def _stories(box: str, title: str, articles: Iterable[SampleArticle], origin: str, *, with_time: bool = False) -> str:
    items = "".join(
        f'<article class="story"> <h2 class="story__heading"> <a class=" cms-link" href="{origin}{other.path}" title="{attribute(other.title)}"> {set_text(other.title)} </a> </h2> {_story_time(other) if with_time else ""} </article> '
        for other in articles
    )
    return f'<div class="{box}"> <h3 class="box-heading"> <span class="title">{title} </span> </h3> <div class="box-content"> {items}</div> </div>'


def _story_time(article: SampleArticle) -> str:
    moment = article.published.strftime(_MACHINE_TIME)
    return f'<time class="story__time" datetime="{moment}">{article.published:%d/%m/%Y %H:%M}</time>'


def _advert(slot: str) -> str:
    return f'<div id="sdaWeb_{slot}" class="rennab " data-platform="1" data-position="Web_{slot}" style="display:none"> </div>'


def _metadata(article: SampleArticle, paper: Newspaper, origin: str) -> str:
    url, title, lead = origin + article.path, attribute(article.title), attribute(article.marked_lead)
    published, modified = (moment.strftime(_MACHINE_TIME) for moment in (article.published, article.last_change))
    news = {
        "@context": "http://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "headline": article.title,
        "description": article.marked_lead,
        "datePublished": published,
        "dateModified": modified,
        # "laocai" leaves the name out, the other variant joins all writers into one person
        "author": {
            "@type": "Person",
            "name": "" if article.layout == "laocai" else article.sign_off.printed or "",
        },
        "publisher": {"@type": "Organization", "name": f"{paper.name} điện tử"},
    }
    crumbs = {
        "@context": "http://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": 1,
                "item": {"@id": f"{origin}/{article.section_path}/", "name": article.section[0]},
            }
        ],
    }
    structured = "".join(
        f'<script type="application/ld+json"> {json.dumps(graph, ensure_ascii=False)} </script> '
        for graph in (crumbs, news)
    )
    return f"""<meta name="description" content="{lead}"/> <meta name="keywords" content="{attribute(",".join(article.tags))}"/> \
<link rel="canonical" href="{url}" /> <meta property="og:type" content="article"/> <meta property="og:url" content="{url}"/> \
<meta property="og:title" content="{title} "/> <meta property="og:description" content="{lead}"/> \
<meta property="article:tag" content="{attribute(",".join(article.tags))}"/> <meta property="article:section" content="{article.section[0]}" /> \
<meta property="article:published_time" content="{published}"/> <meta property="article:modified_time" content="{modified}"/> \
{structured}"""


def _frame(paper: Newspaper, title: str, *, origin: str, head: str, main: str) -> str:
    name = f"{paper.name} điện tử"
    menu = "".join(f'<a href="/{path}/" title="{names[0]}">{names[0]}</a> ' for path, names in paper.sections.items())
    return f"""<!DOCTYPE html> <html lang="vi" class="{paper.site}"> <head> <title>{set_text(title)} | {name}</title> \
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" /> <meta http-equiv="refresh" content="1800" /> <meta name="viewport" content="width=device-width, initial-scale=1"> \
<meta name="author" content="{name}" /> <meta name="copyright" content="Copyright © 2026 by {name}" /> <meta name="GENERATOR" content="{name}" /> \
{head} <script> var cmsConfig = {{ domainDesktop: '{origin}', publishDate: '2026-06-15T10:30:00' }}; </script> </head> \
<body> <header class="site-header"> <a class="logo" href="/" title="{name}">{name}</a> <div class="container feature"> <time class="time" id="today"></time> <nav class="list"> {menu}</nav> </div> </header> \
<div class="site-body"> {_advert("SdaBackground")} <div class="container"> {_advert("SdaTop")} {main} </div> </div> \
<footer class="site-footer"> <p>{name}</p> <p>Tòa soạn hư cấu, thuộc trang mẫu đi kèm chương trình. Điện thoại: 0208.3111111</p> </footer> </body> </html>
"""
