using System.Xml.Linq;

namespace Flex.Evaluation.Reports;

/// <summary>Something in the scores that a user should know before trusting the model.</summary>
/// <param name="What">What was found, with its number.</param>
/// <param name="Advice">What it means and what to turn.</param>
public sealed record Finding(string What, string Advice)
{
    /// <summary>The findings as a section; it says so when there are none.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="looked">What was looked for.</param>
    internal static ReportSection Section(IReadOnlyList<Finding> findings, string looked) => new(
        "Failures found",
        findings.Count == 0
            ? Html.Element("p", "good", "None.")
            : Html.Element("ul", "findings", findings.Select(finding => new XElement(
                "li", new XElement("strong", finding.What), " ", finding.Advice))),
        Html.Element("p", "quiet", $"Looked for: {looked}."));
}
