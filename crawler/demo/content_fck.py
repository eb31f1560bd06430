"""The content-fck layout: the breadcrumb is the first h1, the lead is the first paragraph of the body.

Like the real pages, it has a <base> that relative links must not follow, JSON-LD with only the day and with the
publisher as author, a no-break space at the end of the headline, captions in paragraphs, and a pager with dead arrows.
"""

# ruff: noqa: E501 - the markup keeps the long lines of the real pages

import json

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
_CENTERED = '<p style="text-align: center;">'


def article_page(article: SampleArticle, paper: Newspaper, *, origin: str) -> str:
    """Return the page of one article."""
    url = origin + article.path
    icon = '&nbsp;<span class="sprite icophoto"></span>' if article.pictures else ""
    updated = ""
    if article.modified:
        updated = f'\n			<span class="pubdate update">Cập nhật: {article.modified:%d/%m/%Y - %H:%M}</span>'
    main = f"""<div class="titlecate">
			<h1>
				{_breadcrumb(article, origin)}			</h1>
		</div>
		<div id="clear" class="sharemxh detail-fb-like-share">
			<span class="pubdate 128">{article.published_text}</span>{updated}
			<div class="fright" style="display:flex;justify-content:center;align-items:center;">
				<a class="ashare btn-facebook" target="_fb" href="https://www.facebook.com/sharer/sharer.php?u={url}&amp;display=popup&amp;ref=plugin"><i class="icon12-facebook-f-white"></i> Chia sẻ Facebook</a>
				<a href="javascript:void(0);" onclick="printPopup('{origin}/print{article.path}');" title="Print" rel="nofollow"><span class="sprite icoprint"></span></a>
			</div>
		</div>
		<h1 class="margintopbot10 fw700">{set_text(article.title, article.quirks & {"eth"})}{icon}</h1>
		<div id="clear"></div>
		<div id="newscontents">
<!-- <script>$.each($("img.zoomimg"), function(){{ }});</script> -->
<div class="content-fck slider-jsgallery 171">
{_body(article, origin)}
</div>
</div>
		<div id="linkshare" data="248"><div class="sharelike"><table border="0"><tr><td><b class="fs13" data="265">Chia sẻ bài viết</b></td></tr></table></div></div>
		{_tags(article, origin)}
		<div id="comment"><div class="titletd nobg"><a class="active fs13" href="javascript:void(0);"><b>BÌNH LUẬN</b></a></div>
			<div id="postcomment"><form method="POST" name="frmComments"><textarea class="margintopbot10" rows="5" id="txtinfocomment">Ý kiến của bạn</textarea><button class="btn_xanh_sm w100">Gửi ý kiến</button></form></div></div>
		{_read_on(article, paper, origin)}"""
    return _frame(paper, article.title, origin=origin, head=_metadata(article, paper, origin), main=main)


def listing_page(listing: Listing, paper: Newspaper, *, origin: str) -> str:
    """Return one page of a section, or the home page."""
    items = "".join(_list_item(article, origin) for article in listing.articles)
    odd = "".join(f'<li><a href="{attribute(link.href)}">{link.text}</a></li>' for link in listing.odd_links)
    main = f"""<div class="titlecate"><h1><a href="{origin}{listing.path}">{listing.title}</a></h1></div>
	<div class="listnews"><ul>{items}
	</ul></div>
	<div class="box300"><ul class="box-link">{odd}</ul></div>
<div class="boxpage">
<div class="fright" id="page">
{_pager(listing, origin)}
</div>
</div>"""
    return _frame(paper, listing.title, origin=origin, head="", main=main)


def notice_page(notice: Notice, paper: Newspaper, *, origin: str) -> str:
    """Return a page that is no article."""
    main = f'<div class="titlecate"><h1>{notice.title}</h1></div>\n{notice.html}'
    return _frame(paper, notice.title, origin=origin, head="", main=main)


def _body(article: SampleArticle, origin: str) -> str:
    quirks = article.quirks | {"nbsp"}
    parts = [f"{_JUSTIFIED}{_lead(article, quirks)}</p>"]
    for place, block in enumerate(article.blocks):
        match block:
            case Paragraph(text):
                parts.append(f"{_JUSTIFIED}{set_text(text, quirks, place=place)}</p>")
                if place == 1:
                    parts.append('<div class="AMN_res_mid"></div>')
            case Heading(text):
                parts.append(f"{_JUSTIFIED}<strong>{set_text(text)}</strong></p>")
            case ItemList(items):
                parts.append("<ul>" + "".join(f"\n<li>{set_text(item)}</li>" for item in items) + "\n</ul>")
            case DataTable(rows):
                cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
                parts.append(
                    '<table border="1"><tbody>' + "".join(f"<tr>{row}</tr>" for row in cells) + "</tbody></table>"
                )
            case Picture():
                parts.append(_picture(block, article, origin))
            case RelatedBox():
                pass  # this CMS has links to other articles only after the text
    if article.sign_off.printed:
        parts.append(f'<p style="text-align: right;"><strong>{article.sign_off.printed}</strong></p>')
    return "\n".join(parts)


def _lead(article: SampleArticle, quirks: frozenset[str]) -> str:
    lead = set_text(article.lead, quirks)
    if article.lead_mark:
        return f"<strong>{article.lead_mark}</strong> - {lead}"
    return f"<strong>{lead}</strong>"


def _picture(picture: Picture, article: SampleArticle, origin: str) -> str:
    image = f'{_JUSTIFIED}<img title="{attribute(article.title)}" class="zoomimg" alt="" src="{origin}{picture.path}" width="900" height="506" /></p>'
    if not picture.caption:
        return image
    caption = set_text(picture.caption, frozenset({"nbsp"}))
    return f'{image}\n{_CENTERED}<em><span style="text-align: justify;">{caption}</span></em></p>'


def _breadcrumb(article: SampleArticle, origin: str) -> str:
    top, *below = article.section
    path = article.section_path
    crumb = f'<a href="{origin}/{path.split("/")[0]}/">{top}</a>'
    if below:
        crumb += f'\n				<span class="fw400"> > <a style="color:#b0b0b0;" href="{origin}/{path}/">{below[0]}</a></span>'
    return crumb


def _tags(article: SampleArticle, origin: str) -> str:
    if not article.tags:
        return ""
    items = "".join(
        f'<a class="tag_item" title="{tag}" href="{origin}/tim-kiem/{tag}.html">{tag}</a>' for tag in article.tags
    )
    return f'<div class="block_tag marginbottom10">\n			<div class="txt_tag">Từ khóa</div>\n			{items}\n		</div>'


def _read_on(article: SampleArticle, paper: Newspaper, origin: str) -> str:
    items = "".join(
        f"""
	<li data="vi/vi" class="related-item col-xs-12 col-sm-4 "><div class="news-img-top"><div class="b-content">
		<a title="{attribute(other.title)}" href="{origin}{other.path}"><h3 class="b-title">{set_text(other.title)}&nbsp;<span class="sprite icophoto"></span></h3></a>
	</div></div></li>"""
        for other in paper.beside(article, 4)
    )
    return f"""<div class="col-xs-12 detail-related"><div class="row">
	<div class="col-xs-12 related-title"><div class="catename"><span class="cate-title"><a class="cate1" href="javascript:void(0);">Đọc thêm</a></span></div></div>
	<ul class="related-list">{items}
	</ul></div></div>"""


def _metadata(article: SampleArticle, paper: Newspaper, origin: str) -> str:
    url, title, lead = origin + article.path, attribute(article.title), attribute(article.marked_lead)
    news = {
        "@context": "https://schema.org/",
        "@type": "NewsArticle",
        "name": article.title,
        "datePublished": f"{article.published:%Y-%m-%d}",
        "author": {"@type": "Organization", "name": f"{paper.name} Online"},
        "description": article.marked_lead,
    }
    return f"""<meta name="Keywords" content="{attribute(", ".join(article.tags))}" />
<meta name="Description" content="{lead}" />
<link rel="canonical" href="{url}" />
<meta property="og:type" content="article" /><meta property="og:url" content="{url}" /><meta property="og:title" content="{title}" /><meta property="og:description" content="{lead}" />
<script type="application/ld+json">
{json.dumps(news, ensure_ascii=False, indent=4)}
</script>"""


def _list_item(article: SampleArticle, origin: str) -> str:
    url = origin + article.path
    image = f"{origin}{article.pictures[0].path}" if article.pictures else f"{origin}/image/error/300x220.png"
    return f"""
		<li class="news-img-left news-img">
			<a class="b-title" href="{url}"><h3 class="marginbottom5 fs18">{set_text(article.title)}&nbsp;<span class="sprite icophoto"></span></h3></a>
			<a class="b-img" href="{url}"><div class="ovf120"><img class="fleft marginright10" width="160px" src="{image}" alt="{attribute(article.title)}" /></div></a>
			<p class="b-content  txt fleft desc marginbottom5">
				{set_text(article.marked_lead)}			</p>
		</li>"""


def _pager(listing: Listing, origin: str) -> str:
    def link(page: int, text: str) -> str:
        on_it = 1 <= page <= listing.pages and page != listing.page
        href = f"{origin}{listing.path.rstrip('/')}?p={page}" if on_it else "javascript:void(0)"
        return f'<li><a href="{href}">{text}</a></li>'

    if listing.pages == 1:
        return ""
    numbers = "".join(
        f"<li><b>{page}</b></li>" if page == listing.page else link(page, str(page))
        for page in range(1, listing.pages + 1)
    )
    back = link(1, "&laquo;") + link(listing.page - 1, "&lt;")
    return f"<ul>{back}{numbers}{link(listing.page + 1, '&gt;')}{link(listing.pages, '&raquo;')}</ul>"


def _frame(paper: Newspaper, title: str, *, origin: str, head: str, main: str) -> str:
    menu = "".join(
        f'<li class="i-cate"><a href="{origin}/{path}/">{names[-1]}</a></li>' for path, names in paper.sections.items()
    )
    return f"""<!DOCTYPE html>
<html lang="vi">
<head>
<title>{set_text(title)} - {paper.name} Online</title>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<meta name="robots" content="index,follow" />
<base href="{origin}/static/templates/version1/homepage/" />
{head}
<link rel="alternate" type="application/rss+xml" title="{paper.name}" href="{origin}/rss/home.rss" />
<link rel="stylesheet" href="css/bootstrap.min.css">
<script>var DOMAIN = "{origin}/"; gtag('config', 'G-0000000000');</script>
<meta name="viewport" content="width=device-width, initial-scale=1.0">
</head>
<body>
	<div class="wapperheader">
		<nav class="navbar navbar-default bgx visible-xs"><a class="navbar-brand" href="{origin}/"><img alt="{paper.host}" src="images/logo.svg" /></a></nav>
		<div class="fleft clock">{TODAY}, 10:30 (GMT+7)</div>
		<div class="fright col-right"><span class="item item-blue"><a target="xembaogiay" href="{origin}/xem-bao/bao-ngay/">Đọc báo giấy Online</a></span></div>
		<ul class="nav-main">{menu}</ul>
	</div>
<div class="wappercontainer">
<div class="container">
<div class="row">
<div id="content">
	<div id="colcate1">
		{main}
	</div>
	<div id="colcate2"><div class="box300"><div class="catename"><a class="cate1">Thông tin cần biết</a></div><p>Thời tiết, lịch cúp điện ngày 15/06/2026</p></div></div>
</div>
</div>
</div>
</div>
<div class="div-footer footer-bot">
	<p><b>{paper.name.upper()} ONLINE</b></p>
	<p>Tòa soạn hư cấu, thuộc trang mẫu đi kèm chương trình. Điện thoại: 0259.3000000</p>
	<p>® Ghi rõ nguồn "{paper.name} Online" khi phát hành lại thông tin từ website này.</p>
</div>
</body>
</html>
"""
