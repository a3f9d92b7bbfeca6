//! The site's words, in both languages.

use crate::web::Language;

/// Makes the struct of words and its two values, so that none lacks in one language.
macro_rules! words_of_the_site {
    ($($name:ident: $vi:literal, $en:literal;)+) => {
        /// What the site says.
        #[allow(missing_docs)]
        pub struct Words {
            $(pub $name: &'static str,)+
        }

        static VIETNAMESE: Words = Words { $($name: $vi,)+ };
        static ENGLISH: Words = Words { $($name: $en,)+ };
    };
}

words_of_the_site! {
    site: "Chỉ số cải cách hành chính", "Public Administration Reform Index";
    tagline: "Kết quả đã công bố, giải thích đến từng điểm.", "Published results, explained to the last point.";
    skip: "Tới nội dung chính", "Skip to the main content";
    main_menu: "Điều hướng chính", "Main navigation";
    results: "Kết quả", "Results";
    method: "Phương pháp", "Method";
    open_data: "Dữ liệu mở (API)", "Open data (API)";
    search: "Tìm cơ quan", "Find an agency";
    search_button: "Tìm", "Search";
    other_language: "English", "Tiếng Việt";
    home_title: "Kết quả mới nhất", "Latest results";
    nothing_published: "Chưa có kết quả nào được công bố.", "Nothing has been published yet.";
    all_publications: "Mọi công bố", "All publications";
    all_publications_text: "Mỗi công bố không bao giờ thay đổi; đính chính là một công bố mới nêu tên công bố cũ.", "A publication never changes; a correction is a new publication that names the old one.";
    full_ranking: "Xem toàn bộ bảng xếp hạng", "See the whole ranking";
    year: "Năm", "Year";
    published_on: "Ngày công bố", "Published on";
    ranked_agencies: "Số cơ quan xếp hạng", "Agencies ranked";
    mean: "Trung bình", "Mean";
    highest: "Cao nhất", "Highest";
    lowest: "Thấp nhất", "Lowest";
    kind: "Loại", "Kind";
    computed: "Tính tại hệ thống này", "Computed by this system";
    external: "Bảng công bố trước đây, nhập từ nguồn ngoài", "Earlier published table, taken in from outside";
    partial: "Bảng chưa đầy đủ", "Partial table";
    criteria_set: "Bộ tiêu chí", "Criteria set";
    version: "phiên bản", "version";
    digest: "Mã SHA-256 của tài liệu", "SHA-256 of the document";
    ranking: "Bảng xếp hạng", "Ranking";
    place: "Hạng", "Place";
    agency: "Cơ quan", "Agency";
    index: "Chỉ số (%)", "Index (%)";
    total: "Điểm", "Points";
    band: "Nhóm", "Band";
    region: "Vùng", "Region";
    level: "Cấp", "Level";
    group: "Nhóm cơ quan", "Group";
    group_means: "Trung bình theo nhóm", "Group means";
    count: "Số lượng", "Number";
    change: "Thay đổi", "Change";
    change_text: "so với lần công bố trước", "against the earlier publication";
    places_up: "tăng bậc", "up";
    places_down: "giảm bậc", "down";
    places_same: "giữ nguyên", "unchanged";
    not_ranked: "Được đánh giá, không xếp hạng", "Assessed, not ranked";
    by_domain: "Theo lĩnh vực", "By domain";
    by_domain_text: "Tỷ lệ phần trăm so với điểm tối đa của lĩnh vực.", "Percent of the domain's maximum.";
    domain: "Lĩnh vực", "Domain";
    downloads: "Tải về", "Downloads";
    download_ranking: "Bảng xếp hạng", "Ranking";
    download_domains: "Theo lĩnh vực", "By domain";
    download_data: "Toàn bộ số liệu", "All the numbers";
    download_report: "Báo cáo để chỉnh sửa (Word)", "Report to edit (Word)";
    download_document: "Tài liệu gốc (JSON)", "The document itself (JSON)";
    sources: "Nguồn", "Sources";
    charts: "Biểu đồ", "Charts";
    chart_ranking: "Biểu đồ cột các cơ quan theo thứ hạng; số liệu ở bảng xếp hạng trên trang này", "Bars of the agencies in order of place; the numbers stand in the ranking on this page";
    chart_distribution: "Biểu đồ phân bố chỉ số của các cơ quan", "Distribution of the agencies' indices";
    chart_changes: "Biểu đồ thay đổi chỉ số so với lần công bố trước; số liệu ở cột Thay đổi", "Changes of the index against the earlier publication; the numbers stand in the column Change";
    chart_profile: "Biểu đồ từng lĩnh vực so với trung bình và cao nhất; số liệu ở bảng dưới đây", "Each domain against the mean and the best; the numbers stand in the table below";
    check: "Kiểm tra bản sao", "Check a copy";
    check_text: "Tài liệu gốc mang tên là mã SHA-256 của chính nó và được ký số. Tải ba tệp dưới đây là đủ để kiểm tra, và tính lại mọi điểm, mà không cần máy chủ này.", "The document is named by its own SHA-256 and is signed. These three files are all that is needed to check it, and to compute every point again, without this server.";
    check_signature: "Chữ ký số (JWS)", "Signature (JWS)";
    check_keys: "Khóa công khai của nơi công bố", "The publisher's public keys";
    check_how: "Cách kiểm tra", "How to check";
    check_commands: "Bằng chương trình parindex, hoặc bằng OpenSSL và Python như tài liệu docs/verify.md của chương trình:", "With the program parindex, or with OpenSSL and Python as its docs/verify.md shows:";
    notice: "Lưu ý", "Please note";
    superseded: "Công bố này đã được đính chính.", "This publication has been corrected.";
    see_correction: "Xem công bố mới", "See the new publication";
    supersedes: "Công bố này đính chính một công bố trước.", "This publication corrects an earlier one.";
    see_earlier: "Xem công bố cũ", "See the earlier publication";
    compare: "So sánh các cơ quan đã chọn", "Compare the chosen agencies";
    choose: "Chọn", "Choose";
    choose_hint: "Chọn từ 2 đến 5 cơ quan rồi bấm nút so sánh ở cuối bảng.", "Choose 2 to 5 agencies, then press the button below the table.";
    compare_title: "So sánh cơ quan", "Comparison of agencies";
    compare_few: "Hãy chọn từ 2 đến 5 cơ quan có trong công bố này.", "Choose 2 to 5 agencies of this publication.";
    best: "cao nhất", "highest";
    back_to_ranking: "Về bảng xếp hạng", "Back to the ranking";
    result: "Kết quả", "Result";
    maximum: "Tối đa", "Maximum";
    applicable_maximum: "Tối đa áp dụng", "Applicable maximum";
    percent: "Đạt (%)", "Reached (%)";
    mean_percent: "Trung bình (%)", "Mean (%)";
    of_agencies: "trên", "of";
    every_point: "Giải thích từng điểm", "Every point explained";
    every_point_text: "Mỗi dòng nêu giá trị được công nhận, quy tắc với con số của nó, và cơ quan quyết định.", "Each line tells the recognised value, the rule with its numbers, and who decided.";
    no_points: "Công bố này chỉ có chỉ số và thứ hạng, không có điểm chi tiết.", "This publication holds index and place only, no detailed points.";
    code: "Mã", "Code";
    name: "Nội dung", "Item";
    calculation: "Cách tính", "How it is computed";
    decided_by: "Cơ quan quyết định", "Decided by";
    recognised: "công nhận", "recognised";
    corrected: "điều chỉnh giá trị", "value corrected";
    points_set: "ấn định điểm", "points set";
    survey_sample: "số phiếu khảo sát", "survey answers";
    adjustments: "Điểm thưởng, điểm trừ", "Bonus and penalty";
    signed_by: "Bản tự chấm do", "Self-assessment signed by";
    through_years: "Qua các năm", "Through the years";
    through_years_text: "Các bộ tiêu chí khác nhau không so sánh trực tiếp được.", "Different criteria sets do not compare directly.";
    no_results_of: "Chưa có kết quả công bố nào của cơ quan này.", "There is no published result of this agency.";
    search_title: "Tìm cơ quan", "Find an agency";
    search_label: "Tên cơ quan, có dấu hoặc không dấu", "Name of the agency, with or without marks";
    search_nothing: "Không tìm thấy cơ quan nào", "No agency was found";
    search_found: "Kết quả tìm kiếm", "What was found";
    search_most: "Chỉ hiện 100 cơ quan đầu; hãy gõ thêm chữ.", "Only the first 100 are shown; type more letters.";
    method_title: "Phương pháp", "Method";
    method_how: "Chỉ số được tính như thế nào", "How the index is computed";
    method_1: "Mỗi cơ quan tự chấm từng tiêu chí thành phần theo bộ tiêu chí, kèm tài liệu kiểm chứng.", "Each agency assesses itself on every indicator of the criteria set, with documents that prove it.";
    method_2: "Các cơ quan thẩm định công nhận, điều chỉnh giá trị hoặc ấn định điểm, có nêu lý do; khảo sát xã hội học cho phần điểm còn lại.", "Appraising bodies recognise it, correct the value or set points, with reasons; sociological surveys give the rest.";
    method_3: "Điểm được tính bằng số thập phân chính xác, làm tròn đúng như bộ tiêu chí quy định; cùng dữ liệu luôn cho cùng kết quả.", "Points are exact decimals, rounded just as the criteria set declares; the same inputs always give the same result.";
    method_4: "Chỉ số là tỷ lệ phần trăm giữa điểm đạt được và điểm tối đa áp dụng; xếp hạng theo chỉ số sau khi cộng thưởng, trừ phạt.", "The index is the percentage of the points reached in the applicable maximum; places follow the index after bonus and penalty.";
    method_5: "Công bố là một tài liệu không thay đổi, mang tên là mã SHA-256 của chính nó; ai cũng có thể kiểm tra và tính lại.", "A publication is an unchangeable document named by its own SHA-256; anybody can check it and compute it again.";
    method_sets: "Bộ tiêu chí của các công bố", "Criteria sets of the publications";
    illustrative: "Bộ tiêu chí minh họa, không phải văn bản chính thức.", "An illustrative set, not an official one.";
    decision: "Quyết định", "Decision";
    rounding: "Làm tròn", "Rounding";
    decimals: "chữ số thập phân", "decimals";
    bands: "Nhóm xếp loại", "Bands";
    from_points: "từ", "from";
    rule: "Quy tắc", "Rule";
    tree: "Lĩnh vực, tiêu chí và tiêu chí thành phần", "Domains, criteria and indicators";
    not_found_title: "Không tìm thấy trang", "Page not found";
    not_found_text: "Địa chỉ có thể đã gõ sai, hoặc cơ quan không có trong công bố này.", "The address may be mistyped, or the agency is not in this publication.";
    trouble_title: "Tạm thời không phục vụ được", "Not available for the moment";
    trouble_text: "Hãy thử lại sau ít phút.", "Please try again in a few minutes.";
    to_home: "Về trang đầu", "To the first page";
    pages: "Các trang của bảng", "Pages of the table";
    next_page: "Trang sau", "Next page";
    previous_page: "Trang trước", "Previous page";
    published_by: "Nơi công bố", "Published by";
    licence: "Giấy phép", "Licence";
    table_scrolls: "Bảng cuộn ngang được", "The table scrolls sideways";
    derived: "suy ra từ số liệu khác", "worked out from other numbers";
    inferred: "đọc từ thứ tự trong văn bản", "read from the order of a text";
    not_applicable: "không áp dụng", "not applicable";
    unit_points: "điểm", "points";
    programmes: "Chương trình phối hợp", "Coordination programmes";
    programmes_text: "Các chương trình đang thực hiện và đã kết thúc.", "Programmes that are in force, and those that have ended.";
    no_programmes: "Chưa có chương trình nào.", "There is no programme yet.";
    programme: "Chương trình", "Programme";
    period: "Giai đoạn", "Period";
    status: "Tình trạng", "Status";
    in_force: "Đang thực hiện", "In force";
    closed: "Đã kết thúc", "Ended";
    document_number: "Số, ký hiệu", "Number";
    signed_on: "Ngày ký", "Signed on";
    run_by: "Cơ quan điều hành", "Run by";
    signatories: "Các bên ký", "Signed by";
    inspections_concluded: "Cuộc kiểm tra đã kết luận", "Inspections concluded";
    by_content: "Theo nội dung", "By content";
    by_unit: "Theo đơn vị chủ trì", "By the unit that leads";
    as_of: "Tính đến ngày", "As of";
    counts_text: "Đếm theo dòng kế hoạch; trong hạn hay quá hạn tính theo lúc xem trang.", "Plan lines are counted; whether they are in time follows from the moment of reading.";
    all_lines: "Tổng số", "All";
    lines_done: "Hoàn thành", "Done";
    lines_in_time: "Đang làm, trong hạn", "Under way, in time";
    lines_overdue: "Quá hạn", "Overdue";
    lines_no_deadline: "Không có hạn", "No deadline";
    published_answers: "Kiến nghị đã được trả lời công khai", "Recommendations with published answers";
    no_answers: "Chưa có câu trả lời nào được công khai.", "No answer has been published yet.";
    asked_by: "Cơ quan kiến nghị", "Asked by";
}

impl Words {
    /// The words of a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::Vietnamese => &VIETNAMESE,
            Language::English => &ENGLISH,
        }
    }
}
