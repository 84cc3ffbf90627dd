namespace MpcgLine.Devices.Plc;

/// <summary>One row of the register map.</summary>
/// <param name="Offset">First register, counted from the block's base.</param>
/// <param name="Length">Registers: 1, or 2 for a 32-bit value.</param>
/// <param name="Name">Name in the contract.</param>
/// <param name="Meaning">What an integrator has to know.</param>
public sealed record RegisterEntry(int Offset, int Length, string Name, string Meaning);
