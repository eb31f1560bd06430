"""The MediaSoft layout of provincial papers since 2022, with older articles that were moved into it.

Like the real pages, it has the date before the headline, no machine-readable date, a LocalBusiness in JSON-LD,
og:url on a beta host, the lead inside the body (twice in moved articles), escaped markup in the description, and
dates of other articles in the sidebar.
"""

# ruff: noqa: E501 - the markup keeps the long lines of the real pages

import json
from html import escape

from crawler.demo.addresses import MEDIASOFT_SITE_ID
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
from crawler.demo.pages import TODAY, Listing, Notice

_JUSTIFIED = '<p style="text-align: justify;">'
_CATE_ID = "F1CD6477B2312B69E053047A900A073C"


def article_page(article: SampleArticle, paper: Newspaper, *, origin: str) -> str:
    """Return the page of one article."""
    section = article.section[-1]
    title = set_text(article.title, article.quirks & {"eth"})
    byline = _byline(article)
    main = f"""   <div class="col-8">
<div class="cate_title_1 ">
	<div class='nav_{_CATE_ID}'><a href='/{article.section_path}/' class='title color1'>{section}</a><div class='cate_nav'><ul class='submenu'>{_submenu(paper)}</ul></div><div class="clear"></div></div>
	<div class="clear"></div>
</div>
	<div class="date row10">{article.published_text}</div>
	<h1 class="head_title">{title}</h1>
	<div class="box_support clearfix">
		<div class="date_time">
			{byline}<ul class="social fright">
				<li><div class="fb-like" data-href="{_beta(paper)}{article.path}" data-layout="button_count" data-share="true"></div></li>
				<li><div class="zalo-share-button" data-href="" data-layout="2" data-color="blue" data-customize=false></div></li>
				<li><a href="#" onclick="myFunction('{article.path}')"><i class="fas fa-link"></i></a></li>
			</ul>
			<div class="clear"></div>
		</div>
	</div>
	<div id="content" class="content-detail cate_{_CATE_ID}">
		<div class="td-post-content tagdiv-type">
{_body(article, paper)}
		</div>
	</div>
<div id="fb-root"></div>
   <div class="main-content-end-padding"></div>
   </div>
   <div class="col-4"><div class="sticky-content">{_aside(article, paper)}</div></div>"""
    return _frame(paper, article.title, origin=origin, head=_metadata(article, paper), main=main)


def listing_page(listing: Listing, paper: Newspaper, *, origin: str) -> str:
    """Return one page of a section, or the home page."""
    odd = "".join(
        f'<li><a class="title3" href="{attribute(link.href)}">{link.text}</a></li>' for link in listing.odd_links
    )
    items = "".join(map(_list_item, listing.articles))
    main = f"""   <div class="col-8"><div class="cate_title_1 row10"><a class="title color1" href="{listing.path}">{listing.title}</a></div>
<div class="list-bd">{items}</div>
<ul class="list_icon_1">{odd}</ul>
<div class="paging">{_pager(listing)}</div></div>"""
    return _frame(paper, listing.title, origin=origin, head="", main=main)


def notice_page(notice: Notice, paper: Newspaper, *, origin: str) -> str:
    """Return a page that is no article."""
    heading = f'<div class="cate_title_1"><a class="title color1">{notice.title}</a></div>'
    main = f'   <div class="col-8">{heading}\n{notice.html}</div>'
    return _frame(paper, notice.title, origin=origin, head="", main=main)


def _body(article: SampleArticle, paper: Newspaper) -> str:
    quirks = article.quirks | {"nbsp"}
    old = article.layout == "old"
    lead = set_text(article.marked_lead, quirks)
    parts = [f"{_JUSTIFIED}<strong>{lead}</strong></p>"]
    if old:
        image = "".join(f'<img alt="" src="{picture.path}">' for picture in article.pictures[:1])
        straight = set_text(article.marked_lead.replace("“", '"').replace("”", '"'))
        # the move of old articles repeated the lead before the text, in nested <p>, which HTML does not allow
        parts[0] = f'<div class="sub_first_content">{image}<p><p><strong>{straight}</strong></p></p></div>{parts[0]}'
    for place, block in enumerate(article.blocks):
        match block:
            case Paragraph(text):
                opening = f"{_JUSTIFIED}<br> " if old else _JUSTIFIED
                parts.append(f"{opening}{set_text(text, quirks, place=place)}</p>")
                if place % 4 == 0:
                    parts.append(f"{_JUSTIFIED}&nbsp;</p>")
            case Heading(text):
                parts.append(f"{_JUSTIFIED}<strong>{set_text(text, quirks)}</strong></p>")
            case ItemList(items):
                parts.append("<ul>" + "".join(f"<li>{set_text(item)}</li>" for item in items) + "</ul>")
            case DataTable(rows):
                cells = ("".join(f"<td><p>{cell}</p></td>" for cell in row) for row in rows)
                table = "".join(f"<tr>{row}</tr>" for row in cells)
                parts.append(
                    f'<table align="center" border="1" cellpadding="0" style="width:100%;"><tbody>{table}</tbody></table>'
                )
            case Picture():
                parts.append(_moved_picture(block) if old else _picture(block))
            case RelatedBox():
                parts.append(_related(article, paper))
    printed = article.sign_off.printed
    if printed:
        opening = "<br> " if article.tail_only else ""
        inner = printed if article.tail_only else f"<strong>{printed}</strong>"
        parts.append(f'<p style="text-align: right;">{opening}{inner}</p>')
    return " \n".join(parts)


def _picture(picture: Picture) -> str:
    caption = f'\n<tr><td class="desc">{set_text(picture.caption)}</td></tr>' if picture.caption else ""
    return f"""<table align="center" class="image center" width="690"><tbody>
<tr><td><img alt="{attribute(picture.caption or "")}" src="{picture.path}"></td></tr>{caption}
</tbody></table>"""


def _moved_picture(picture: Picture) -> str:
    caption = set_text(picture.caption or "")
    return f"""<table align="center" class="image center" width="490">
 <tbody>
  <tr>
   <td>
    <figure>
     <img alt="{attribute(picture.caption or "")}  " itemprop="image" src="{picture.path}" style="width: 490px; height: 306px;">
     <figcaption class="image_desc">
      {_JUSTIFIED}{caption}</p>
     </figcaption>
    </figure> </td>
  </tr>
 </tbody>
</table>"""


def _related(article: SampleArticle, paper: Newspaper) -> str:
    items = "".join(
        f'<tr><td><a href="{other.path}">{set_text(other.title)}</a></td></tr>' for other in paper.beside(article, 2)
    )
    head = "<tr><td><strong>Tin liên quan</strong></td></tr>"
    return f'<div class="related"><table class="rl" width="100%"><tbody>{head}{items}</tbody></table></div>'


def _byline(article: SampleArticle) -> str:
    if article.tail_only or not article.sign_off.printed:
        return ""
    return f'<span class="author fleft">{article.sign_off.printed}</span>\n\t\t\t'


def _metadata(article: SampleArticle, paper: Newspaper) -> str:
    title = attribute(article.title)
    # the CMS copies the editors' markup into the description and escapes it like text
    lead = attribute(f"<p><strong>{escape(article.marked_lead)}</strong></p>")
    image = (
        f'<meta property="og:image" content="{_beta(paper)}{article.pictures[0].path}" />' if article.pictures else ""
    )
    business = {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "name": article.title,
        "image": f"{_beta(paper)}/common/v1/image/logo.png",
        "telephone": "02083000000",
        "address": {"@type": "PostalAddress", "addressLocality": paper.province, "addressCountry": "VN"},
    }
    return f"""<meta property="og:title" content="{title}"/>
	<meta property="og:type" content="article" />
	<meta property="og:url" content="{_beta(paper)}{article.path}" />
	<meta name="description" content="{lead}"/>
	<meta property="og:description" content="{lead}"/>
	{image}
	<script type="application/ld+json">{json.dumps(business, ensure_ascii=False)}</script>"""


def _beta(paper: Newspaper) -> str:
    return f"http://beta.{paper.host}"


def _submenu(paper: Newspaper) -> str:
    return "".join(f"<li><a href='/{path}/'>{names[-1]}</a></li>" for path, names in paper.sections.items())


def _list_item(article: SampleArticle) -> str:
    image = article.pictures[0].path if article.pictures else f"/file/{MEDIASOFT_SITE_ID}/default.png"
    title = set_text(article.title)
    return f"""
<div class="item">
	<div class="fleft40"><a class="avatar " href="{article.path}"><img class="lazy" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==" data-src="{image}?width=500&height=-&type=resize" alt="{attribute(article.title)}"/></a></div>
	<div class="fright60">
		<a href="{article.path}" class="title1">{title}</a>
		<div class="date color2"> {article.published:%H:%M, %d/%m/%Y}</div>
	</div>
	<div class="clear"></div>
</div>"""


def _pager(listing: Listing) -> str:
    if listing.pages == 1:
        return ""
    links = [
        f'<a class="current">{page}</a>'
        if page == listing.page
        else f'<a href="{listing.path}?paged={page}">{page}</a>'
        for page in range(1, listing.pages + 1)
    ]
    if listing.page < listing.pages:
        links.append(f'<a class="next" href="{listing.path}?paged={listing.page + 1}">&raquo;</a>')
    return "".join(links)


def _aside(article: SampleArticle, paper: Newspaper) -> str:
    items = "".join(map(_list_item, paper.beside(article, 3)))
    return f"""<div class="pad20 wrap_scroll"><div class="mostread_box"><div class="cate_title_3"><a class="title">Xem nhiều</a></div><div class="list-bd" id="mostread"></div></div></div>
<div id="video-box" class="thoisu row30"><div class="cate_title_1 row10"><a class="title fleft" href="/video/">Video</a></div><div class="list-bd">{items}</div></div>"""


def _frame(paper: Newspaper, title: str, *, origin: str, head: str, main: str) -> str:
    menu = "".join(
        f"<li><a  href='/{path}/'><span class='bd'>{name}</span></a><ul></ul></li>"
        for path, name in paper.top_sections.items()
    )
    return f"""<!DOCTYPE html>
<html lang="vi-VN">
 <head>   <title>{set_text(title)} - {paper.name} điện tử</title>
	{head}
	<meta name="keywords" content="Tin tức, Thế giới, Kinh tế - Xã hội, Thể thao, {paper.province}, báo điện tử, Việt Nam"/>
	<meta charset="utf-8">
	<meta name="viewport" content="width=device-width, initial-scale=1" />
	<link type="text/css" rel="stylesheet" href="/common/v1/css/main.css?v=2.39"/>
<script>window.dataLayer = window.dataLayer || [];</script>
<style>#content p {{ margin-bottom: 25px !important; }}</style>
 </head>
 <body>
 <div id="page_info" style="display: none">
<div id="site_id">{MEDIASOFT_SITE_ID}</div>
<div id="article_title">{set_text(title)}</div>
</div>
 <div class="container">
	<div class="row header ">
		<div class="col-md-4"><ul class="list_icon_1 header_left"><li class="item date_now">{TODAY}</li><li class="item"><a href="/video/">Media</a></li></ul></div>
		<div class="col-md-4 header_center"><a href="/"><img class="logo_header" src="/file/{MEDIASOFT_SITE_ID}/logo.svg" alt="{paper.name} điện tử" /></a></div>
	</div>
 </div>
 <div class="menutop"><nav class="" id="main-nav"><ul id="main-menu" class="sm sm-clean"><li><a href="/"><i class="fas fa-home-alt"></i></a></li>{menu}</ul></nav></div>
 <div class="container detail_layout">
  <div class="row">
{main}
  </div>
 </div>
<div class="footer"><div class="footer-info"><div class="container"><div class="item">
	<p class="first">{paper.name} - Website: http://www.{paper.host}</p>
	<p>Tòa soạn hư cấu, thuộc trang mẫu đi kèm chương trình. Điện thoại: 0208.3000000</p>
	<p class="toggle_textlink">Ghi rõ nguồn "{paper.name} điện tử" khi sử dụng thông tin từ website này </p>
</div></div></div></div>
<script>var urlPrint = '{origin}/in/'; var newWardList = [ {{ id: "na-long", name: "Xã Nà Lọng", stt: 1 }} ];</script>
 </body>
</html>
"""
