using System.Xml.Linq;

namespace Flex.Evaluation.Reports;

/// <summary>What a report says about one task of a model.</summary>
/// <param name="Title">The task: "Super-resolution ×4".</param>
/// <param name="Lead">The result in a sentence or two.</param>
/// <param name="Figures">The few numbers that matter most.</param>
/// <param name="Sections">The details.</param>
public sealed record ReportChapter(string Title, string Lead, IReadOnlyList<KeyFigure> Figures, IReadOnlyList<ReportSection> Sections)
{
    /// <summary>The chapter with one more section at its end.</summary>
    /// <param name="section">The section.</param>
    public ReportChapter With(ReportSection section) => this with { Sections = [.. Sections, section] };
}

/// <summary>A part of a chapter.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Content">Elements of HTML.</param>
public sealed record ReportSection(string Title, params IReadOnlyList<XElement> Content);

/// <summary>A number that matters.</summary>
/// <param name="Value">The number, with unit.</param>
/// <param name="Label">What it is.</param>
/// <param name="Note">What to compare it with.</param>
public sealed record KeyFigure(string Value, string Label, string Note = "");
